"""However many press at once, no place is given twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from activities.models import Attendance, Session, SignUp
from activities.services import checking_in, line, sign_ups
from portal.actor import Actor
from tests.activities.factories import ActivityFactory, SessionFactory, SignUpFactory
from tests.factories import MembershipFactory, ParticipantFactory
from tests.size import NIGHTLY

CROWD = 200 if NIGHTLY else 40
PLACES = 10
AT_ONCE = 16


def at_once(what, everybody):
    """Do something for everybody from many connections; return the answers."""

    def one(who):
        try:
            return what(who)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, everybody))


@pytest.mark.django_db(transaction=True)
def test_ten_of_a_crowd_get_a_place_and_the_others_a_clear_answer():
    activity = ActivityFactory(sign_up=True, seats=PLACES)
    session = SessionFactory(activity=activity)
    contact = MembershipFactory()
    crowd = [ParticipantFactory(main_contact=contact) for _ in range(CROWD)]

    def press(person):
        fresh = Session.objects.select_related("activity").get(pk=session.pk)
        try:
            sign_ups.sign_up(session=fresh, participant=person, by=Actor(None), now=timezone.now())
        except line.SessionFull:
            return "full"
        return "with us"

    answers = at_once(press, crowd)
    assert answers.count("with us") == PLACES
    assert answers.count("full") == CROWD - PLACES
    session.refresh_from_db()
    assert session.signed_up == PLACES == SignUp.objects.standing().count()


@pytest.mark.django_db(transaction=True)
def test_one_person_checked_in_on_many_phones_is_there_once(leader):
    session = SessionFactory(activity=ActivityFactory(organiser=leader.membership.unit))
    person = ParticipantFactory()

    def tap(_phone):
        return checking_in.check_in(
            session=session, participant=person, by=leader, now=timezone.now()
        ).pk

    assert len(set(at_once(tap, range(AT_ONCE)))) == 1
    assert Attendance.objects.count() == 1


@pytest.mark.django_db
def test_the_database_itself_refuses_one_too_many():
    session = SessionFactory(activity=ActivityFactory(sign_up=True, seats=1))
    SignUpFactory(session=session)
    with pytest.raises(IntegrityError, match="no_more_sign_up_than_there_are_places"):
        SignUpFactory(session=session)
