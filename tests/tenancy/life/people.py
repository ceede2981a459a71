"""The people of the national side who act on agencies, and what they say."""

from shared.kernel.actors import Actor, ActorKind
from tenants.types import Caretaker

OPERATOR = Actor(kind=ActorKind.OVERSIGHT, label="First operator", user_id=9001)
SECOND = Actor(kind=ActorKind.OVERSIGHT, label="Second person", user_id=9002)
REASON = "The merger of both bodies, decided in March."
CARETAKERS = (
    Caretaker(name="First caretaker", email="first@oversight.example", language="fr"),
    Caretaker(name="Second caretaker", email="second@oversight.example"),
)
