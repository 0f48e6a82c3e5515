"""The classes of all events, made from schemas/avro/events by ``python -m clinicflow.codegen``; do not edit.

Times are microseconds since 1970 in UTC. A quantity is a scaled integer: ``UNITS`` gives its UCUM unit and the number
of decimal digits, so that 381 under ("Cel", 1) is 38.1 Cel.
"""

from typing import ClassVar

import msgspec

from clinicflow.core.event import Event, Micros


class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One observation of a result."""

    code: str  # Code of what was observed.
    system: str  # Code system of code.
    value: str | None = None  # Number, exact decimal text; null if the value is not a number.
    unit: str | None = None  # UCUM unit of value; null for a value without one.
    value_text: str | None = None  # Value in words.
    flag: str | None = None  # Abnormal flag as in HL7 table 0078, for example H, LL, A.
    status: str  # Status of this observation.


class Original(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A quantity as it was sent, before conversion to the unit of its field."""

    field: str  # Name of the field that holds the converted quantity.
    value: str  # Number as sent, exact decimal text.
    unit: str  # UCUM unit as sent.


class BundleMigrated(Event, frozen=True, kw_only=True, gc=False):
    """From here on the case goes by another bundle; written by an operator's command."""

    TYPE: ClassVar[str] = 'bundle-migrated'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'derived'

    to_bundle: int  # Number of the bundle.


class CaseClosed(Event, frozen=True, kw_only=True, gc=False):
    """An order or a refill request of this visit is done."""

    TYPE: ClassVar[str] = 'case-closed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'linked_kind': ('order', 'refill', 'unknown')}

    linked_case_id: str  # Case that was closed.
    linked_kind: str  # Kind of that case.
    outcome: str | None = None  # Coded outcome of that case.


class CaseMerged(Event, frozen=True, kw_only=True, gc=False):
    """Two patient records turned out to be one person; both histories are kept."""

    TYPE: ClassVar[str] = 'case-merged'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'feed'

    surviving_patient_id: str  # Patient identifier that stays; opaque.
    other_patient_id: str  # Patient identifier that becomes an alias; opaque.


class CaseOpened(Event, frozen=True, kw_only=True, gc=False):
    """An order or a refill request of this visit was opened."""

    TYPE: ClassVar[str] = 'case-opened'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'linked_kind': ('order', 'refill', 'unknown')}

    linked_case_id: str  # Case that was opened.
    linked_kind: str  # Kind of that case.


class CheckedIn(Event, frozen=True, kw_only=True, gc=False):
    """The front desk, a kiosk or a feed checked the patient in."""

    TYPE: ClassVar[str] = 'checked-in'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown'), 'acuity': ('routine', 'urgent', 'asap', 'stat')}

    identifiers_matched: int  # How many patient identifiers were compared and matched; two or more identify.
    appointment_at: Micros | None = None  # Start of the appointment, if there is one.
    late_min: int | None = None  # Minutes late for the appointment; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.
    pregnant: bool | None = None  # Whether the patient is pregnant; null if not known.
    postpartum_days: int | None = None  # Days since the patient gave birth; null if not known or not so.
    acuity: str | None = None  # How urgent the visit is, as triaged by licensed staff.
    preferred_staff: str | None = None  # Staff member whom the patient asked for; opaque.


class CheckedOut(Event, frozen=True, kw_only=True, gc=False):
    """The patient left by the front desk."""

    TYPE: ClassVar[str] = 'checked-out'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'person'
    ENDS: ClassVar[str | None] = 'visit'


class CollectionFailed(Event, frozen=True, kw_only=True, gc=False):
    """The specimen could not be taken."""

    TYPE: ClassVar[str] = 'collection-failed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('difficult_access', 'patient_refused', 'patient_unwell', 'not_fasting', 'insufficient', 'equipment', 'other')}

    tries: int  # Number of tries by this person.
    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class CriticalResultAcknowledged(Event, frozen=True, kw_only=True, gc=False):
    """A permitted person took charge of a critical result."""

    TYPE: ClassVar[str] = 'critical-result-acknowledged'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)

    read_back: bool  # Whether the value was read back to the caller.
    result_event: str | None = None  # Event of the result; null for all of the order.
    note: str | None = None  # Free text of the person who recorded it.


class CriticalResultReceived(Event, frozen=True, kw_only=True, gc=False):
    """A result came that a clinician must hear of at once."""

    TYPE: ClassVar[str] = 'critical-result-received'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'feed'
    PERSONAL: ClassVar[tuple[str, ...]] = ('value_text',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'system': ('loinc', 'local', 'unknown')}

    result_id: str  # Number that the laboratory gave to the result; opaque.
    code: str  # Code of what was observed.
    system: str  # Code system of code.
    value: str | None = None  # Number, exact decimal text; null if the value is not a number.
    unit: str | None = None  # UCUM unit of value; null for a value without one.
    value_text: str | None = None  # Value in words.
    flag: str | None = None  # Abnormal flag as in HL7 table 0078, for example HH, LL, AA.
    called_by: str | None = None  # Who called from the laboratory; opaque.
    called_at: Micros | None = None  # When the laboratory called.


class CriticalVitalsAcknowledged(Event, frozen=True, kw_only=True, gc=False):
    """A licensed person took charge of critical vital signs."""

    TYPE: ClassVar[str] = 'critical-vitals-acknowledged'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'vitals'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'action': ('assessed', 'provider_called', 'emergency_called', 'repeat_planned', 'no_action', 'other')}

    flag_event: str | None = None  # Event of the flag that is acknowledged; null for all of the visit.
    action: str | None = None  # What was done.
    note: str | None = None  # Free text of the person who recorded it.


class DemographicsUpdated(Event, frozen=True, kw_only=True, gc=False):
    """Facts about the patient that the work depends on have changed."""

    TYPE: ClassVar[str] = 'demographics-updated'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'feed'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    changed: list[str] = []  # Names of the changed items, for example name, birth-date, language.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.
    pregnant: bool | None = None  # Whether the patient is pregnant; null if not known.
    postpartum_days: int | None = None  # Days since the patient gave birth; null if not known or not so.


class EventVoided(Event, frozen=True, kw_only=True, gc=False):
    """An earlier event of the case was wrong; corrects names it."""

    TYPE: ClassVar[str] = 'event-voided'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('corrects',)
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('entered_in_error', 'wrong_patient', 'wrong_case', 'duplicate', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class LabTestOrdered(Event, frozen=True, kw_only=True, gc=False):
    """A test was ordered; the first event of its case."""

    TYPE: ClassVar[str] = 'lab-test-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'test_system': ('loinc', 'local', 'unknown'), 'specimen_class': ('blood', 'urine', 'swab', 'tissue', 'other'), 'priority': ('routine', 'urgent', 'asap', 'stat'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    test_code: str  # Code of the test.
    test_system: str  # Code system of test_code.
    specimen_type: str | None = None  # Coded type of specimen.
    specimen_class: str | None = None  # Kind of specimen.
    fasting: bool | None = None  # Whether the patient must fast; null if not said.
    priority: str  # Priority of the order.
    visit_case_id: str | None = None  # Visit during which it was ordered; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.
    pregnant: bool | None = None  # Whether the patient is pregnant; null if not known.
    postpartum_days: int | None = None  # Days since the patient gave birth; null if not known or not so.
    diagnosis_code: str | None = None  # Diagnosis that the test is for (ICD-10).


class LeftWithoutBeingSeen(Event, frozen=True, kw_only=True, gc=False):
    """The patient left before being seen."""

    TYPE: ClassVar[str] = 'left-without-being-seen'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENDS: ClassVar[str | None] = 'visit'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'last_stage': ('arrived', 'checked_in', 'roomed', 'with_provider', 'visit_ended', 'unknown')}

    last_stage: str | None = None  # Stage of the visit when the patient left.
    waited_min: int | None = None  # Minutes that the patient had waited; null if not known.
    told_staff: bool | None = None  # Whether the patient told somebody.


class OrderCancelled(Event, frozen=True, kw_only=True, gc=False):
    """The order is withdrawn."""

    TYPE: ClassVar[str] = 'order-cancelled'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('ordered_in_error', 'duplicate', 'patient_refused', 'not_needed', 'visit_ended', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class PatientArrived(Event, frozen=True, kw_only=True, gc=False):
    """The patient came into the clinic."""

    TYPE: ClassVar[str] = 'patient-arrived'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'mode': ('appointment', 'walk_in', 'ambulance', 'transfer', 'unknown')}

    mode: str  # How the patient came.
    appointment_at: Micros | None = None  # Start of the appointment, if there is one.
    visit_type: str | None = None  # Coded kind of visit.
    accessibility_needs: list[str] = []  # Coded needs, for example wheelchair, interpreter, large-print.


class PatientCalled(Event, frozen=True, kw_only=True, gc=False):
    """The patient was called from the waiting area."""

    TYPE: ClassVar[str] = 'patient-called'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('display', 'voice', 'phone', 'in_person', 'other')}

    call_no: int  # Number of this call within the visit, from 1.
    channel: str  # How the patient was called.


class PatientDeceased(Event, frozen=True, kw_only=True, gc=False):
    """The patient died."""

    TYPE: ClassVar[str] = 'patient-deceased'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    ENDS: ClassVar[str | None] = 'visit'


class ProviderEntered(Event, frozen=True, kw_only=True, gc=False):
    """The provider went in to the patient; actor is the provider."""

    TYPE: ClassVar[str] = 'provider-entered'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'


class ProviderExited(Event, frozen=True, kw_only=True, gc=False):
    """The provider left the patient; actor is the provider."""

    TYPE: ClassVar[str] = 'provider-exited'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'


class ReadyForProvider(Event, frozen=True, kw_only=True, gc=False):
    """The patient is prepared and can be seen."""

    TYPE: ClassVar[str] = 'ready-for-provider'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'


class RefillApproved(Event, frozen=True, kw_only=True, gc=False):
    """The refill was approved."""

    TYPE: ClassVar[str] = 'refill-approved'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)

    note: str | None = None  # Free text of the person who recorded it.


class RefillDenied(Event, frozen=True, kw_only=True, gc=False):
    """The refill was refused."""

    TYPE: ClassVar[str] = 'refill-denied'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('too_early', 'visit_needed', 'lab_needed', 'not_on_list', 'alert', 'duplicate', 'change_needed', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class RefillFailed(Event, frozen=True, kw_only=True, gc=False):
    """The pharmacy did not take the refill."""

    TYPE: ClassVar[str] = 'refill-failed'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('rejected', 'unreachable', 'not_in_stock', 'wrong_pharmacy', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class RefillProtocolChecked(Event, frozen=True, kw_only=True, gc=False):
    """The request was compared with the protocol."""

    TYPE: ClassVar[str] = 'refill-protocol-checked'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('pass', 'visit_due', 'lab_due', 'prescriber')}

    outcome: str  # What the protocol says.
    rules: list[str] = []  # Rules that led to it.


class RefillRequested(Event, frozen=True, kw_only=True, gc=False):
    """A refill was asked for; the first event of its case."""

    TYPE: ClassVar[str] = 'refill-requested'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'drug_system': ('rxnorm', 'ndc', 'local', 'unknown'), 'controlled_schedule': ('none', 'II', 'III', 'IV', 'V', 'unknown'), 'requested_by': ('patient', 'pharmacy', 'portal', 'other'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    drug_code: str  # Code of the drug.
    drug_system: str  # Code system of drug_code.
    controlled_schedule: str | None = None  # Schedule of the drug; null is handled as unknown.
    dose_changed: bool  # Whether another dose than prescribed is asked for.
    quantity_changed: bool  # Whether another quantity than prescribed is asked for.
    frequency_changed: bool  # Whether another frequency than prescribed is asked for.
    quantity: str | None = None  # Quantity asked for, exact decimal text.
    quantity_unit: str | None = None  # UCUM unit or coded dose form of quantity.
    dose: str | None = None  # Dose asked for at a time, exact decimal text.
    dose_unit: str | None = None  # UCUM unit or coded dose form of dose.
    last_fill_at: Micros | None = None  # When it was last filled.
    days_supply_left: int | None = None  # Days for which the patient still has the drug; null if not known.
    pharmacy_id: str | None = None  # Pharmacy; opaque.
    requested_by: str  # Who asked.
    on_protocol: bool | None = None  # Whether the drug is on the clinic's approved refill list; null if not known.
    on_active_list: bool | None = None  # Whether the drug is on the patient's active list; null if not known.
    last_visit_at: Micros | None = None  # When the patient was last seen.
    lab_overdue: bool | None = None  # Whether a laboratory test that the drug needs is overdue; null if not known.
    lab_abnormal: bool | None = None  # Whether such a test was abnormal; null if not known.
    alert: bool | None = None  # Whether there is an allergy or interaction alert; null if not known.
    high_alert: bool | None = None  # Whether it is a high-alert drug; null if not known.
    weight_based: bool | None = None  # Whether the dose goes by weight; null if not known.
    duplicate: bool | None = None  # Whether another request for the same drug is open; null if not known.
    visit_case_id: str | None = None  # Visit during which it was asked for; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.
    pregnant: bool | None = None  # Whether the patient is pregnant; null if not known.
    postpartum_days: int | None = None  # Days since the patient gave birth; null if not known or not so.


class RefillRouted(Event, frozen=True, kw_only=True, gc=False):
    """The request went to a role that may decide on it."""

    TYPE: ClassVar[str] = 'refill-routed'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'derived'

    to_role: str  # Role that decides.
    reasons: list[str] = []  # Coded reasons.


class RefillSent(Event, frozen=True, kw_only=True, gc=False):
    """The refill went to the pharmacy."""

    TYPE: ClassVar[str] = 'refill-sent'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'person'

    pharmacy_id: str | None = None  # Pharmacy; opaque.


class ResultCorrected(Event, frozen=True, kw_only=True, gc=False):
    """The laboratory changed a result that it had sent."""

    TYPE: ClassVar[str] = 'result-corrected'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'feed'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'status': ('P', 'F', 'C', 'X', 'unknown')}

    result_id: str  # Number that the laboratory gave to the result; opaque.
    status: str  # Status of the whole result.
    observations: list[Observation] = []  # What was observed.
    abnormal: bool  # Whether any observation is flagged abnormal.
    replaces: str | None = None  # Event of the result that this one replaces; null if not known.


class ResultReceived(Event, frozen=True, kw_only=True, gc=False):
    """A result came from the laboratory."""

    TYPE: ClassVar[str] = 'result-received'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'feed'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'status': ('P', 'F', 'C', 'X', 'unknown')}

    result_id: str  # Number that the laboratory gave to the result; opaque.
    status: str  # Status of the whole result.
    observations: list[Observation] = []  # What was observed.
    abnormal: bool  # Whether any observation is flagged abnormal.


class ResultReviewed(Event, frozen=True, kw_only=True, gc=False):
    """A prescriber looked at the result."""

    TYPE: ClassVar[str] = 'result-reviewed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('no_action', 'tell_patient', 'repeat', 'follow_up', 'other')}

    result_event: str | None = None  # Event of the result; null for all of the order.
    outcome: str | None = None  # What follows.
    note: str | None = None  # Free text of the person who recorded it.


class RoomAssigned(Event, frozen=True, kw_only=True, gc=False):
    """A room was chosen for the patient."""

    TYPE: ClassVar[str] = 'room-assigned'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'

    room_id: str  # Room; opaque.


class RoomCleaned(Event, frozen=True, kw_only=True, gc=False):
    """The room is clean and can be used."""

    TYPE: ClassVar[str] = 'room-cleaned'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'


class RoomOccupied(Event, frozen=True, kw_only=True, gc=False):
    """A visit was given the room."""

    TYPE: ClassVar[str] = 'room-occupied'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'derived'

    visit_case_id: str  # Visit that has the room.
    room_id: str  # Room; opaque.


class RoomReleased(Event, frozen=True, kw_only=True, gc=False):
    """A visit needs the room no longer: the patient moved, went to check-out or left."""

    TYPE: ClassVar[str] = 'room-released'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('moved', 'visit_ended', 'left', 'unknown')}

    visit_case_id: str  # Visit that had the room.
    room_id: str  # Room; opaque.
    reason: str  # Why it is needed no longer.


class RoomVacated(Event, frozen=True, kw_only=True, gc=False):
    """The room is empty and must be cleaned."""

    TYPE: ClassVar[str] = 'room-vacated'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'precautions': ('standard', 'contact', 'droplet', 'airborne')}

    precautions: str  # Precautions that cleaning needs.
    visit_case_id: str | None = None  # Visit that used the room; null if not known.


class Roomed(Event, frozen=True, kw_only=True, gc=False):
    """The patient was brought to the room."""

    TYPE: ClassVar[str] = 'roomed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'

    room_id: str  # Room; opaque.


class SpecimenCollected(Event, frozen=True, kw_only=True, gc=False):
    """The specimen was taken."""

    TYPE: ClassVar[str] = 'specimen-collected'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'

    specimen_id: str  # Specimen; opaque.
    specimen_type: str | None = None  # Coded type of specimen.
    site: str | None = None  # Coded site of the body.
    tubes: int | None = None  # Number of tubes or containers.
    two_ids_checked: bool  # Whether two patient identifiers were checked.


class SpecimenLabelled(Event, frozen=True, kw_only=True, gc=False):
    """The specimen was labelled."""

    TYPE: ClassVar[str] = 'specimen-labelled'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'

    specimen_id: str  # Specimen; opaque.
    two_ids: bool  # Whether the label has two patient identifiers.
    time_on_label: bool  # Whether the label has the time of collection.
    collector_on_label: bool  # Whether the label names the collector.


class SpecimenLogged(Event, frozen=True, kw_only=True, gc=False):
    """The specimen was entered in the log."""

    TYPE: ClassVar[str] = 'specimen-logged'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'

    specimen_id: str  # Specimen; opaque.
    log_no: str | None = None  # Number in the log.
    lab: str | None = None  # Laboratory; opaque.
    courier: str | None = None  # Courier; opaque.


class SpecimenReceived(Event, frozen=True, kw_only=True, gc=False):
    """The laboratory received the specimen."""

    TYPE: ClassVar[str] = 'specimen-received'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'feed'

    specimen_id: str | None = None  # Specimen; opaque. Null if the laboratory did not say.
    accession: str | None = None  # Number that the laboratory gave to it.


class SpecimenRejected(Event, frozen=True, kw_only=True, gc=False):
    """The laboratory refused the specimen."""

    TYPE: ClassVar[str] = 'specimen-rejected'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'feed'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('EX', 'QS', 'RA', 'RB', 'RC', 'RD', 'RE', 'RH', 'RI', 'RM', 'RN', 'RP', 'RR', 'RS', 'unknown')}

    specimen_id: str | None = None  # Specimen; opaque. Null if the laboratory did not say.
    reason: str  # Why it was refused.
    note: str | None = None  # Free text of the person who recorded it.


class SpecimenSent(Event, frozen=True, kw_only=True, gc=False):
    """The specimen left for the laboratory."""

    TYPE: ClassVar[str] = 'specimen-sent'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'temperature_band': ('ambient', 'refrigerated', 'frozen', 'other')}

    specimen_id: str  # Specimen; opaque.
    expected_at: Micros | None = None  # When the laboratory should have it.
    temperature_band: str | None = None  # Temperature in which it travels.


class TaskClaimRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks to take the task."""

    TYPE: ClassVar[str] = 'task-claim-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead')

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.


class TaskCompletionRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks that the task be counted as done."""

    TYPE: ClassVar[str] = 'task-completion-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead')

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    closing_event_id: str | None = None  # Event that shows that it was done; null if the task needs none.
    note: str | None = None  # Free text of the person who recorded it.


class TaskDeclineRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks not to be given the task."""

    TYPE: ClassVar[str] = 'task-decline-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead')
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('not_credentialed', 'busy', 'unsafe', 'unclear_order')}

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class TaskDelegateRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks that somebody else does the task."""

    TYPE: ClassVar[str] = 'task-delegate-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead', 'to_role', 'to_credentials', 'to_on_shift', 'to_languages', 'to_clinic_assigned')
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('workload', 'skill', 'language', 'end_of_shift', 'patient_request', 'other')}

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    to_staff: str  # Staff member who should do it; opaque.
    reason: str  # Coded reason.
    to_role: str | None = None  # Role of the other person.
    to_credentials: list[str] = []  # Credential tags of the other person.
    to_on_shift: bool  # Whether the other person was on shift.
    to_languages: list[str] = []  # Languages of the other person (BCP 47).
    to_clinic_assigned: bool  # Whether the other person is assigned to the clinic.
    note: str | None = None  # Free text of the person who recorded it.


class TaskFailRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person says that the task cannot be done."""

    TYPE: ClassVar[str] = 'task-fail-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead')
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('patient_refused', 'patient_left', 'no_answer', 'not_authorised', 'equipment', 'not_possible', 'other')}

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class TaskPauseRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks to put the task on hold."""

    TYPE: ClassVar[str] = 'task-pause-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead')
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('waiting_for_patient', 'waiting_for_result', 'waiting_for_equipment', 'interrupted', 'break', 'other')}

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class TaskReleaseRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks to give the task back."""

    TYPE: ClassVar[str] = 'task-release-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead')
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('busy', 'end_of_shift', 'break', 'taken_by_mistake', 'other')}

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class TaskRequestRefused(Event, frozen=True, kw_only=True, gc=False):
    """The owning agent refused what was asked of the task."""

    TYPE: ClassVar[str] = 'task-request-refused'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'derived'

    request_event: str  # Event of the request.
    request: str  # Type of the request, for example task-claim-requested.
    task_id: str  # Task that was asked about.
    agent: str  # Agent that owns the task.
    code: str  # Coded reason.
    reason: str  # Reason as a sentence for the person; names nobody.


class TaskResumeRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks to go on with the task."""

    TYPE: ClassVar[str] = 'task-resume-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead')

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.


class TaskStartRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks to begin the task."""

    TYPE: ClassVar[str] = 'task-start-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead')

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.


class TicketIssued(Event, frozen=True, kw_only=True, gc=False):
    """The patient got the code that stands for them on public screens."""

    TYPE: ClassVar[str] = 'ticket-issued'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'

    ticket: str  # Code shown on public screens; says nothing about the patient.
    language: str | None = None  # Language in which the patient wants to be called (BCP 47).
    accessibility_needs: list[str] = []  # Coded needs, for example wheelchair, interpreter, large-print.
    display_consent: bool  # Whether the patient agreed to be shown by the code on public screens.


class TimerFired(Event, frozen=True, kw_only=True, gc=False):
    """A running timer came due."""

    TYPE: ClassVar[str] = 'timer-fired'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'timer'

    agent: str  # Agent that set the timer.
    timer_id: str  # Timer.
    task_id: str | None = None  # Task whose escalation it is; null for other timers.
    due_at: Micros  # When it was due: UTC, microseconds since 1970.


class UnmatchedReceived(Event, frozen=True, kw_only=True, gc=False):
    """A message could not be matched to a patient or case: the front desk must look."""

    TYPE: ClassVar[str] = 'unmatched-received'
    CASE: ClassVar[str] = 'unmatched'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'feed'

    identifier_kind: str  # Kind of identifier that was not found.
    message_ref: str  # Reference of the stored message; opaque.


class UnmatchedResolved(Event, frozen=True, kw_only=True, gc=False):
    """Somebody said which case the message belongs to."""

    TYPE: ClassVar[str] = 'unmatched-resolved'
    CASE: ClassVar[str] = 'unmatched'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'

    resolved_case_id: str  # Case that the message belongs to.


class VisitCancelled(Event, frozen=True, kw_only=True, gc=False):
    """The visit does not take place."""

    TYPE: ClassVar[str] = 'visit-cancelled'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENDS: ClassVar[str | None] = 'visit'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('patient_request', 'clinic_request', 'wrong_day', 'duplicate', 'no_coverage', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class VisitClosed(Event, frozen=True, kw_only=True, gc=False):
    """The visit that this case belongs to has ended."""

    TYPE: ClassVar[str] = 'visit-closed'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'how': ('checked_out', 'left_without_being_seen', 'cancelled', 'deceased', 'unknown')}

    visit_case_id: str  # Visit that ended.
    how: str  # How it ended.


class VisitEnded(Event, frozen=True, kw_only=True, gc=False):
    """The clinical part of the visit is over; check-out work follows."""

    TYPE: ClassVar[str] = 'visit-ended'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'person'


class VitalsCriticalFlagged(Event, frozen=True, kw_only=True, gc=False):
    """A measurement met a limit of the table in force: a clinician is called."""

    TYPE: ClassVar[str] = 'vitals-critical-flagged'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'vitals'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'level': ('urgent', 'asap', 'stat')}

    rule_id: str  # Rule that was met.
    table: str  # Table of limits.
    table_version: str  # Version of the table.
    level: str  # How fast a clinician is called.
    parameter: str | None = None  # Field that met the limit; null for a score over several.
    value: str | None = None  # Number that met the limit, exact decimal text.
    unit: str | None = None  # UCUM unit of value.
    score: int | None = None  # Score reached; null if the rule has none.
    complete: bool  # Whether everything that the score needs was measured.
    late: bool  # Whether the measurement was recorded late.
    vitals_event: str  # Event of the measurement.
    other_rules: list[str] = []  # Other rules that the same measurement met, most urgent first.


class VitalsRetakeRequested(Event, frozen=True, kw_only=True, gc=False):
    """A measurement is implausible and should be taken again; nobody is scored by it."""

    TYPE: ClassVar[str] = 'vitals-retake-requested'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'vitals'
    BY: ClassVar[str] = 'derived'

    reasons: list[str] = []  # Coded reasons, one for each field in fields.
    fields: list[str] = []  # Fields to measure again.
    of_event: str  # Event of the measurement.


class VitalsTaken(Event, frozen=True, kw_only=True, gc=False):
    """Vital signs were measured. Quantities are scaled integers in one unit per field."""

    TYPE: ClassVar[str] = 'vitals-taken'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'vitals'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'systolic': ('mm[Hg]', 0), 'diastolic': ('mm[Hg]', 0), 'heart_rate': ('/min', 0), 'resp_rate': ('/min', 0), 'spo2': ('%', 0), 'o2_flow': ('L/min', 1), 'temp': ('Cel', 1), 'weight': ('kg', 3), 'height': ('cm', 1), 'head_circ': ('cm', 1), 'pain': ('{score}', 0), 'glucose': ('mg/dL', 1)}
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'temp_site': ('oral', 'tympanic', 'axillary', 'rectal', 'temporal', 'other'), 'consciousness': ('A', 'C', 'V', 'P', 'U'), 'cuff_size': ('neonate', 'infant', 'child', 'small_adult', 'adult', 'large_adult', 'thigh', 'other'), 'arm': ('left', 'right', 'other'), 'position': ('sitting', 'standing', 'lying', 'other')}

    systolic: int | None = None  # Systolic blood pressure in mm[Hg] (LOINC 8480-6).
    diastolic: int | None = None  # Diastolic blood pressure in mm[Hg] (LOINC 8462-4).
    heart_rate: int | None = None  # Heart rate in /min (LOINC 8867-4).
    resp_rate: int | None = None  # Breathing rate in /min (LOINC 9279-1).
    spo2: int | None = None  # Oxygen saturation in % by pulse oximetry (LOINC 59408-5).
    spo2_scale: int | None = None  # Which NEWS2 saturation scale applies, 1 or 2; 2 only if a clinician set it.
    on_oxygen: bool | None = None  # Whether the patient breathes extra oxygen; null if not recorded.
    o2_flow: int | None = None  # Oxygen flow in tenths of L/min (LOINC 3151-8).
    temp: int | None = None  # Body temperature in tenths of Cel (LOINC 8310-5).
    temp_site: str | None = None  # Where the temperature was taken.
    consciousness: str | None = None  # Level of consciousness; null if not recorded.
    weight: int | None = None  # Body weight in thousandths of kg (LOINC 29463-7).
    height: int | None = None  # Body height in tenths of cm (LOINC 8302-2).
    head_circ: int | None = None  # Head circumference in tenths of cm (LOINC 9843-4).
    pain: int | None = None  # Pain in {score}, from 0 to 10 (LOINC 72514-3).
    glucose: int | None = None  # Blood glucose in tenths of mg/dL (LOINC 2339-0).
    red_flag: bool | None = None  # Whether the patient has a red-flag symptom, as asked; null if not asked.
    carer_worried: bool | None = None  # Whether the carer says that it is worse than usual; null if not asked.
    pregnant: bool | None = None  # Whether the patient is pregnant; null if not known.
    postpartum_days: int | None = None  # Days since the patient gave birth; null if not known or not so.
    cuff_size: str | None = None  # Cuff used.
    arm: str | None = None  # Arm on which blood pressure was taken.
    position: str | None = None  # Position of the patient.
    rest_min: int | None = None  # Minutes of rest before the measurement.
    device_id: str | None = None  # Device used; opaque.
    retake_of: str | None = None  # Event of the measurement that this one repeats.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.
    note: str | None = None  # Free text of the person who recorded it.


EVENT_TYPES: dict[str, type[Event]] = {
    'bundle-migrated': BundleMigrated,
    'case-closed': CaseClosed,
    'case-merged': CaseMerged,
    'case-opened': CaseOpened,
    'checked-in': CheckedIn,
    'checked-out': CheckedOut,
    'collection-failed': CollectionFailed,
    'critical-result-acknowledged': CriticalResultAcknowledged,
    'critical-result-received': CriticalResultReceived,
    'critical-vitals-acknowledged': CriticalVitalsAcknowledged,
    'demographics-updated': DemographicsUpdated,
    'event-voided': EventVoided,
    'lab-test-ordered': LabTestOrdered,
    'left-without-being-seen': LeftWithoutBeingSeen,
    'order-cancelled': OrderCancelled,
    'patient-arrived': PatientArrived,
    'patient-called': PatientCalled,
    'patient-deceased': PatientDeceased,
    'provider-entered': ProviderEntered,
    'provider-exited': ProviderExited,
    'ready-for-provider': ReadyForProvider,
    'refill-approved': RefillApproved,
    'refill-denied': RefillDenied,
    'refill-failed': RefillFailed,
    'refill-protocol-checked': RefillProtocolChecked,
    'refill-requested': RefillRequested,
    'refill-routed': RefillRouted,
    'refill-sent': RefillSent,
    'result-corrected': ResultCorrected,
    'result-received': ResultReceived,
    'result-reviewed': ResultReviewed,
    'room-assigned': RoomAssigned,
    'room-cleaned': RoomCleaned,
    'room-occupied': RoomOccupied,
    'room-released': RoomReleased,
    'room-vacated': RoomVacated,
    'roomed': Roomed,
    'specimen-collected': SpecimenCollected,
    'specimen-labelled': SpecimenLabelled,
    'specimen-logged': SpecimenLogged,
    'specimen-received': SpecimenReceived,
    'specimen-rejected': SpecimenRejected,
    'specimen-sent': SpecimenSent,
    'task-claim-requested': TaskClaimRequested,
    'task-completion-requested': TaskCompletionRequested,
    'task-decline-requested': TaskDeclineRequested,
    'task-delegate-requested': TaskDelegateRequested,
    'task-fail-requested': TaskFailRequested,
    'task-pause-requested': TaskPauseRequested,
    'task-release-requested': TaskReleaseRequested,
    'task-request-refused': TaskRequestRefused,
    'task-resume-requested': TaskResumeRequested,
    'task-start-requested': TaskStartRequested,
    'ticket-issued': TicketIssued,
    'timer-fired': TimerFired,
    'unmatched-received': UnmatchedReceived,
    'unmatched-resolved': UnmatchedResolved,
    'visit-cancelled': VisitCancelled,
    'visit-closed': VisitClosed,
    'visit-ended': VisitEnded,
    'vitals-critical-flagged': VitalsCriticalFlagged,
    'vitals-retake-requested': VitalsRetakeRequested,
    'vitals-taken': VitalsTaken,
}
