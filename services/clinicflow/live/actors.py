"""Who acted, as an event from another program says it, beside what the bundle and what was told of people say."""

from msgspec.structs import replace

from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event
from clinicflow.core.people import TRAINEE
from clinicflow.core.standing import Known


def with_actor(event: Event, bundle: Bundle, known: Known) -> Event | None:
    """The event with role and credentials of its actor; None when it claims others than the actor had then.

    Tasks end by them. Who is named without a role gets it, as scope of practice would else not be asked. Who is still
    learning must be said to be, as what they do waits for a signature.
    """
    if event.actor_id is None:
        return event if event.actor_role is None and not event.actor_credentials else None
    person = bundle.people(event.clinic_id, known).person(event.actor_id, event.occurred_at)
    if person is None:
        return None
    claimed, learning = set(event.actor_credentials), {TRAINEE} & set(person.credentials)
    if event.actor_role is None and not claimed:
        if learning:
            return None
        return replace(event, actor_role=person.role, actor_credentials=list(person.credentials))
    fits = event.actor_role == person.role and learning <= claimed <= set(person.credentials)
    return event if fits else None
