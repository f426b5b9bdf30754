-- The two roles and the database of the portal. Run as superuser with psql, again whenever needed:
--
--   PORTAL_OWNER_PASSWORD=... PORTAL_APP_PASSWORD=... psql --set database=portal -f deploy/roles.sql
--
-- portal_owner runs migrations and owns every table; web and worker are portal_app, which owns
-- nothing. Migrations take back what portal_app may not do on special tables, such as the log.
\set ON_ERROR_STOP on
\if :{?database} \else \set database portal \endif
\getenv owner_password PORTAL_OWNER_PASSWORD
\getenv app_password PORTAL_APP_PASSWORD

SELECT format('CREATE ROLE %I', wanted)
  FROM unnest(ARRAY['portal_owner', 'portal_app']) AS wanted
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) \gexec

ALTER ROLE portal_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS
  PASSWORD :'owner_password';
ALTER ROLE portal_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS
  PASSWORD :'app_password';

-- On the role, since poolers refuse start-up options; a worker raises its own with SET LOCAL.
ALTER ROLE portal_app SET statement_timeout = '5s';
ALTER ROLE portal_app SET lock_timeout = '3s';
ALTER ROLE portal_app SET idle_in_transaction_session_timeout = '15s';

-- C.UTF-8: the same order on every machine, and letters beyond ASCII still have case.
SELECT format(
         'CREATE DATABASE %I OWNER portal_owner ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0',
         :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO portal_app;
\connect :"database"
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO portal_app;
