"""Become a program that is told to end when its parent ends, whatever ended the parent.

Run as `python leash.py SIGNAL PARENT USER PROGRAM ARGUMENT...`. Only Linux can tell; elsewhere
a parent that is killed leaves its children. USER ("" for the same) is taken here.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(ending: str, parent: str, user: str, *program: str) -> None:
    if user:
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        os.chdir("/")  # ours may be closed to others
    if sys.platform == "linux":  # after the change of user, which clears it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(ending), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("The parent ended first.")
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # the parent held its signals while it forked
    os.execv(program[0], program)  # noqa: S606 (this is what a leash is for)


if __name__ == "__main__":
    main(*sys.argv[1:])
