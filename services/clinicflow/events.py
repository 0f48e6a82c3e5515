"""The classes of all events, made from schemas/avro/events by ``python -m clinicflow.codegen``; do not edit.

Times are microseconds since 1970 in UTC. A quantity is a scaled integer: ``UNITS`` gives its UCUM unit and the number
of decimal digits, so that 381 under ("Cel", 1) is 38.1 Cel.
"""

from typing import ClassVar

import msgspec

from clinicflow.core.event import Event, Micros


class Original(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A quantity as it was sent, before conversion to the unit of its field."""

    field: str  # Name of the field that holds the converted quantity.
    value: str  # Number as sent, exact decimal text.
    unit: str  # UCUM unit as sent.


class VisitTypeCost(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What visits of one kind cost in a period."""

    visit_type: str  # Coded kind of visit.
    visits: int  # How many visits.
    cost: str  # Cost of all of them as exact decimal text in the event's currency.


class CostPerVisit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one visit of a kind costs on average."""

    visit_type: str  # Coded kind of visit.
    visits: int  # How many visits.
    cost_per_visit: str  # Cost of one as decimal text in the event's currency, rounded to the hundredth.


class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One observation of a result."""

    code: str  # Code of what was observed.
    system: str  # Code system of code.
    value: str | None = None  # Number, exact decimal text; null if the value is not a number.
    unit: str | None = None  # UCUM unit of value; null for a value without one.
    value_text: str | None = None  # Value in words.
    flag: str | None = None  # Abnormal flag as in HL7 table 0078, for example H, LL, A.
    status: str  # Status of this observation.
    comparator: str | None = None  # On which side of bound the value lies; null if the value is exact or no number.
    bound: str | None = None  # Number that the value lies below or above, exact decimal text, in unit; value is null then.
    finding: str | None = None  # What was found, for a test that looks for something, as a code; null if its words are not known to mean one.


class SiteSupervisor(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A member of staff of a role that supervises, who was on site."""

    staff_id: str  # Who it was; opaque.
    role: str  # Role in which this person supervises.


class ActCosigned(Event, frozen=True, kw_only=True, gc=False):
    """A preceptor has signed what a trainee did."""

    TYPE: ClassVar[str] = 'act-cosigned'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    staff_id: str  # Who learns; opaque.
    act_event: str  # The act that is signed.


class AdverseReactionReported(Event, frozen=True, kw_only=True, gc=False):
    """The patient reacted to a medicine or a vaccine."""

    TYPE: ClassVar[str] = 'adverse-reaction-reported'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)

    signs: list[str] = []  # Coded signs.
    onset_minutes: int | None = None  # Minutes from the dose to the first sign; null if not known.
    note: str | None = None  # Free text of the person who recorded it.


class AfterVisitSummaryGiven(Event, frozen=True, kw_only=True, gc=False):
    """The patient has the summary of the visit, and it was explained."""

    TYPE: ClassVar[str] = 'after-visit-summary-given'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'person'

    language: str  # Language in which it was explained (BCP 47).
    plan_version: str | None = None  # Version of the signed plan; null if there is only one.


class AggressiveBehaviourReported(Event, frozen=True, kw_only=True, gc=False):
    """Somebody is aggressive in the clinic, staff need help now."""

    TYPE: ClassVar[str] = 'aggressive-behaviour-reported'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'behaviour': ('verbal', 'threat', 'physical', 'weapon', 'other')}

    visit_case_id: str | None = None  # The visit that it belongs to.
    room_id: str  # Where, the room as the bundle names it.
    behaviour: str  # What it is.


class AirTimeOver(Event, frozen=True, kw_only=True, gc=False):
    """The air of the room has been changed often enough after an airborne case."""

    TYPE: ClassVar[str] = 'air-time-over'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'derived'


class AllergiesReviewed(Event, frozen=True, kw_only=True, gc=False):
    """The patient was asked about allergies; they are listed, not judged."""

    TYPE: ClassVar[str] = 'allergies-reviewed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'

    changed: list[str] = []  # Codes of allergens of which the record said something else.
    new_allergens: list[str] = []  # Codes of allergens that the record did not have.
    none_known: bool | None = None  # Whether the patient knows of no allergy at all; null if not asked.


class AppointmentBooked(Event, frozen=True, kw_only=True, gc=False):
    """The patient has an appointment."""

    TYPE: ClassVar[str] = 'appointment-booked'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    start: Micros  # When it begins.
    end: Micros  # When it ends.
    visit_type: str  # Coded kind of visit; it decides which checklist is prepared.
    provider_id: str | None = None  # Provider; opaque.
    room_type: str | None = None  # Type of room that is needed, as in the bundle.
    needs: list[str] = []  # Coded needs: interpreter, wheelchair, chaperone.
    high_risk: bool | None = None  # Whether licensed staff marked the patient as one to be followed up; null if not known.
    preferred_staff: str | None = None  # Assistant of the patient's last visit, to be asked first; opaque.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).


class AppointmentCancelled(Event, frozen=True, kw_only=True, gc=False):
    """The appointment will not take place."""

    TYPE: ClassVar[str] = 'appointment-cancelled'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'cancelled_by': ('patient', 'clinic', 'other')}

    cancelled_by: str  # Who cancelled it.
    reason: str | None = None  # Coded reason.
    notice_min: int | None = None  # Minutes from the cancellation to the start; null if not known.


class AppointmentConfirmed(Event, frozen=True, kw_only=True, gc=False):
    """The patient answered whether they come."""

    TYPE: ClassVar[str] = 'appointment-confirmed'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('text', 'email', 'phone', 'portal', 'letter', 'other'), 'response': ('yes', 'no', 'other_time', 'unclear')}

    channel: str  # How the answer came.
    response: str  # What was answered.


class AppointmentModified(Event, frozen=True, kw_only=True, gc=False):
    """Something of an appointment other than its time changed."""

    TYPE: ClassVar[str] = 'appointment-modified'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'

    visit_type: str | None = None  # Coded kind of visit; null if unchanged.
    provider_id: str | None = None  # Provider; opaque, null if unchanged.
    room_type: str | None = None  # Type of room; null if unchanged.
    needs: list[str] = []  # All coded needs as they are now.


class AppointmentNoShow(Event, frozen=True, kw_only=True, gc=False):
    """The patient did not come to the appointment."""

    TYPE: ClassVar[str] = 'appointment-no-show'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'

    minutes_late: int | None = None  # Minutes since the start; null if not known.
    attempts: int | None = None  # How often somebody tried to reach the patient; null if not known.


class AppointmentReminderSent(Event, frozen=True, kw_only=True, gc=False):
    """The patient was reminded of the appointment, by rule of the site two days ahead."""

    TYPE: ClassVar[str] = 'appointment-reminder-sent'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('text', 'email', 'phone', 'portal', 'letter', 'other')}

    channel: str  # How.


class AppointmentRequested(Event, frozen=True, kw_only=True, gc=False):
    """A patient asked for an appointment; the first event of its case."""

    TYPE: ClassVar[str] = 'appointment-requested'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    specialty: str  # Code of the specialty.
    reason_code: str  # Code of the reason for the visit.
    preferred_from: Micros | None = None  # Earliest time that suits the patient; null if any.
    preferred_to: Micros | None = None  # Latest time that suits the patient; null if any.
    new_patient: bool  # Whether the patient is new to the clinic.
    patient_language: str | None = None  # Language of the patient (BCP 47).


class AppointmentRescheduled(Event, frozen=True, kw_only=True, gc=False):
    """The appointment was moved to another time."""

    TYPE: ClassVar[str] = 'appointment-rescheduled'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'initiator': ('patient', 'clinic', 'other')}

    old_start: Micros | None = None  # When it would have begun; null if not known.
    start: Micros  # When it begins now.
    end: Micros  # When it ends now.
    reason: str | None = None  # Coded reason.
    initiator: str  # Who asked for it.


class AutoclaveLoadCompleted(Event, frozen=True, kw_only=True, gc=False):
    """The sterilizer has ended its program, and what it shows was read."""

    TYPE: ClassVar[str] = 'autoclave-load-completed'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'temp': ('Cel', 1), 'minutes': ('min', 1)}
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'cycle': ('gravity_121', 'gravity_132', 'prevacuum_132', 'prevacuum_134', 'low_temperature', 'other')}

    load_id: str  # Load; opaque.
    device_id: str  # Sterilizer; opaque.
    cycle: str  # Program.
    temp: int | None = None  # Lowest temperature of the holding time, in tenths of Cel; null if not recorded.
    minutes: int | None = None  # Holding time in tenths of a minute; null if not recorded.
    pressure: int | None = None  # Pressure of the holding time; null if not recorded.
    implant: bool  # Whether an implant is in it.
    mechanical_ok: bool  # Whether time, temperature and pressure were as the program asks.
    chemical_external_ok: bool  # Whether the indicators outside the packs have changed.
    chemical_internal_ok: bool | None = None  # Whether the indicators inside have changed; null until a pack is opened.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.


class AutoclaveLoadStarted(Event, frozen=True, kw_only=True, gc=False):
    """A sterilizer was started."""

    TYPE: ClassVar[str] = 'autoclave-load-started'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'cycle': ('gravity_121', 'gravity_132', 'prevacuum_132', 'prevacuum_134', 'low_temperature', 'other'), 'purpose': ('test', 'instruments')}

    load_id: str  # Load; opaque.
    device_id: str  # Sterilizer; opaque.
    cycle: str  # Program.
    purpose: str  # What it is for.
    packs: list[str] = []  # Packs in it; opaque.
    implant: bool  # Whether an implant is in it.


class AutoclaveTested(Event, frozen=True, kw_only=True, gc=False):
    """A biological indicator that was run in the sterilizer was read."""

    TYPE: ClassVar[str] = 'autoclave-tested'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'result': ('negative', 'invalid', 'positive')}

    asset_id: str  # Sterilizer; opaque.
    load_id: str  # Load; opaque.
    result: str  # What it showed.


class AutoclaveUsed(Event, frozen=True, kw_only=True, gc=False):
    """A load was run in the sterilizer."""

    TYPE: ClassVar[str] = 'autoclave-used'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'purpose': ('test', 'instruments')}

    asset_id: str  # Sterilizer; opaque.
    load_id: str  # Load; opaque.
    purpose: str  # What it is for.
    implant: bool  # Whether an implant is in it.


class BiIncubated(Event, frozen=True, kw_only=True, gc=False):
    """A biological indicator of the load was put into the incubator."""

    TYPE: ClassVar[str] = 'bi-incubated'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'method': ('rapid', 'conventional')}

    load_id: str  # Load; opaque.
    device_id: str  # Sterilizer; opaque.
    indicator_lot: str  # Lot of the indicator; opaque.
    method: str  # Whether it is read within hours or after two days.


class BiOverdue(Event, frozen=True, kw_only=True, gc=False):
    """No biological indicator was read of the sterilizer for as long as the site allows."""

    TYPE: ClassVar[str] = 'bi-overdue'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'derived'

    asset_id: str  # Sterilizer; opaque.


class BiResultRecorded(Event, frozen=True, kw_only=True, gc=False):
    """A biological indicator was read."""

    TYPE: ClassVar[str] = 'bi-result-recorded'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'

    load_id: str  # Load; opaque.
    device_id: str  # Sterilizer; opaque.
    indicator_lot: str  # Lot of the indicator; opaque.
    positive: bool  # Whether spores have grown.
    control_grew: bool  # Whether spores of the control that was not sterilized have grown, as they must.


class BiopsyCollected(Event, frozen=True, kw_only=True, gc=False):
    """Tissue was taken for the laboratory."""

    TYPE: ClassVar[str] = 'biopsy-collected'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'side': ('left', 'right', 'both', 'midline', 'unknown')}

    specimen_id: str  # Specimen, as on its label; opaque.
    site: str  # Coded place on the body map.
    side: str | None = None  # Side of the body.
    two_ids_checked: bool  # Whether two identifiers of the patient were checked.
    consent_seen: bool  # Whether the signed consent was seen.
    margins_marked: bool | None = None  # Whether the margins were marked; null if there are none.
    fixative: str | None = None  # Coded fixative in the pot; null if none was used.


class BreachNotified(Event, frozen=True, kw_only=True, gc=False):
    """Who must be told of a breach of privacy by law was told."""

    TYPE: ClassVar[str] = 'breach-notified'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class BreakEnded(Event, frozen=True, kw_only=True, gc=False):
    """Somebody came back from a break."""

    TYPE: ClassVar[str] = 'break-ended'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Who came back; opaque.


class BreakStarted(Event, frozen=True, kw_only=True, gc=False):
    """Somebody began a break."""

    TYPE: ClassVar[str] = 'break-started'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Who rests; opaque.


class BudgetVarianceFlagged(Event, frozen=True, kw_only=True, gc=False):
    """The costs of a period are far from its budget."""

    TYPE: ClassVar[str] = 'budget-variance-flagged'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'derived'

    period: str  # Name of the period.
    over_budget_permille: int  # Costs above (or, if negative, below) the budget, in thousandths of the budget.


class BundleMigrated(Event, frozen=True, kw_only=True, gc=False):
    """From here on the case goes by another bundle; written by an operator's command."""

    TYPE: ClassVar[str] = 'bundle-migrated'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'derived'

    to_bundle: int  # Number of the bundle.


class Calibrated(Event, frozen=True, kw_only=True, gc=False):
    """The device was compared with a standard."""

    TYPE: ClassVar[str] = 'calibrated'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'

    asset_id: str  # Device; opaque.
    passed: bool  # Whether its readings are good.
    valid_until: Micros | None = None  # Until when the calibration holds, UTC, microseconds since 1970; null if it says none.


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
    case_kind: str | None = None  # Kind of that case where linked_kind has no word for it.


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
    case_kind: str | None = None  # Kind of that case where linked_kind has no word for it.
    by_weight: bool | None = None  # Whether the order has a dose that goes by weight and is told what the patient weighs; null if it does not say.
    by_arrival: bool | None = None  # Whether the time of the order counts from when the patient came and it is told when that was; null if it does not say.


class CashCounted(Event, frozen=True, kw_only=True, gc=False):
    """One person counted the cash of the day, without the float."""

    TYPE: ClassVar[str] = 'cash-counted'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    amount: str  # Cash found as exact decimal text in currency.
    currency: str  # Currency of amount (ISO 4217).


class ChaperoneJoined(Event, frozen=True, kw_only=True, gc=False):
    """The chaperone is in the room."""

    TYPE: ClassVar[str] = 'chaperone-joined'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class ChaperoneRequested(Event, frozen=True, kw_only=True, gc=False):
    """A chaperone shall be there during the examination."""

    TYPE: ClassVar[str] = 'chaperone-requested'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'what': ('exam', 'treatment', 'procedure', 'other'), 'requested_by': ('patient', 'carer', 'provider', 'policy', 'other'), 'preferred_gender': ('female', 'male', 'any')}

    what: str  # For what.
    requested_by: str | None = None  # Who asks for it; null if not known.
    preferred_gender: str | None = None  # Gender that the patient prefers; null if not asked.


class CheckedIn(Event, frozen=True, kw_only=True, gc=False):
    """The front desk, a kiosk or a feed checked the patient in."""

    TYPE: ClassVar[str] = 'checked-in'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown'), 'acuity': ('routine', 'urgent', 'asap', 'stat'), 'insurance_status': ('verified', 'not_verified', 'self_pay', 'unknown')}

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
    preferred_present: bool | None = None  # Whether preferred_staff is here and free to take the patient; null if nobody looked.
    insurance_status: str | None = None  # What the desk knows of the cover; null if nobody looked.
    forms_missing: list[str] = []  # Codes of forms that the patient has not completed.


class CheckedOut(Event, frozen=True, kw_only=True, gc=False):
    """The patient left by the front desk."""

    TYPE: ClassVar[str] = 'checked-out'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'person'
    ENDS: ClassVar[str | None] = 'visit'


class CheckoutReversed(Event, frozen=True, kw_only=True, gc=False):
    """The patient who was checked out is back, or never left."""

    TYPE: ClassVar[str] = 'checkout-reversed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('came_back', 'checked_out_in_error', 'other')}

    reason: str  # Coded reason.


class ClaimAppealed(Event, frozen=True, kw_only=True, gc=False):
    """An appeal against a denial was sent."""

    TYPE: ClassVar[str] = 'claim-appealed'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'

    document_ref: str | None = None  # The appeal; opaque; null if it is kept elsewhere.


class ClaimCreated(Event, frozen=True, kw_only=True, gc=False):
    """A claim to a payer was prepared."""

    TYPE: ClassVar[str] = 'claim-created'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    payer: str  # Payer; opaque code.
    amount: str  # Amount claimed as exact decimal text in currency.
    currency: str  # Currency of amount (ISO 4217).
    visit_case_id: str | None = None  # Visit that the claim is about; null if there is none.


class ClaimDenied(Event, frozen=True, kw_only=True, gc=False):
    """The payer decided not to pay."""

    TYPE: ClassVar[str] = 'claim-denied'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'feed'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('not_covered', 'not_authorised', 'not_necessary', 'coding', 'late', 'other')}

    reason: str  # Why not.
    appeal_by: Micros  # Until when the payer takes an appeal.


class ClaimPaid(Event, frozen=True, kw_only=True, gc=False):
    """The payer paid the claim."""

    TYPE: ClassVar[str] = 'claim-paid'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'feed'

    amount: str  # Amount paid as exact decimal text in currency.
    currency: str  # Currency of amount (ISO 4217).


class ClaimRejected(Event, frozen=True, kw_only=True, gc=False):
    """The payer did not take the claim, for a formal fault."""

    TYPE: ClassVar[str] = 'claim-rejected'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'feed'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('member_unknown', 'code_invalid', 'data_missing', 'duplicate', 'late', 'other')}

    reason: str  # What is wrong with it.


class ClaimSubmitted(Event, frozen=True, kw_only=True, gc=False):
    """The claim was sent to the payer."""

    TYPE: ClassVar[str] = 'claim-submitted'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'

    payer_ref: str | None = None  # Number of the claim at the payer; null if it is not known yet.


class ClinicDayOpened(Event, frozen=True, kw_only=True, gc=False):
    """The desk opened the day, with an empty till or a counted float."""

    TYPE: ClassVar[str] = 'clinic-day-opened'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'

    day: str  # Date of the day at the clinic (ISO 8601).
    closes_at: Micros  # When the clinic closes on this day.
    currency: str  # Currency of the till (ISO 4217).


class ClinicalQuestionRaised(Event, frozen=True, kw_only=True, gc=False):
    """Somebody asked a question about health or care; often the first event of its case."""

    TYPE: ClassVar[str] = 'clinical-question-raised'
    CASE: ClassVar[str] = 'call'
    AREA: ClassVar[str] = 'education'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    PERSONAL: ClassVar[tuple[str, ...]] = ('text',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('in_person', 'phone', 'portal', 'letter', 'unknown'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    text: str  # The question, word for word.
    topic: str | None = None  # The topic of the table approved-questions that it is about; null when it is none of them.
    red_flag: bool  # Whether a red-flag symptom was named.
    channel: str  # How it came.
    visit_case_id: str | None = None  # Visit that it belongs to; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class CodingProposed(Event, frozen=True, kw_only=True, gc=False):
    """An assistant proposed codes for a visit; whoever codes it decides."""

    TYPE: ClassVar[str] = 'coding-proposed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    diagnosis_codes: list[str] = []  # Proposed ICD-10 codes.
    procedure_codes: list[str] = []  # Proposed procedure codes of the payer's code system.


class CodingQueryAnswered(Event, frozen=True, kw_only=True, gc=False):
    """The provider answered a question about the note; a manager may pass the answer on."""

    TYPE: ClassVar[str] = 'coding-query-answered'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    note_id: str | None = None  # Note or addendum with the answer; opaque; null if the note stays.


class CodingQueryRaised(Event, frozen=True, kw_only=True, gc=False):
    """The note of a visit is not clear enough to code it."""

    TYPE: ClassVar[str] = 'coding-query-raised'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'about': ('diagnosis', 'procedure', 'time_spent', 'missing_detail', 'other')}

    about: str  # What is not clear.
    note: str | None = None  # The question in words; null if the code says it all.


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


class CompetencySigned(Event, frozen=True, kw_only=True, gc=False):
    """Somebody other than the learner has signed that a skill was learned."""

    TYPE: ClassVar[str] = 'competency-signed'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    staff_id: str  # Who has learned it; opaque.
    credential: str  # Tag of the credential that the skill gives, as the bundle names it.
    hours: int  # Hours of training.
    supervised_acts: int  # Times that it was done under supervision.


class ComplaintAcknowledged(Event, frozen=True, kw_only=True, gc=False):
    """Who complained was told that the complaint has come and what happens next."""

    TYPE: ClassVar[str] = 'complaint-acknowledged'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class ComplaintReceived(Event, frozen=True, kw_only=True, gc=False):
    """Somebody is unhappy with the clinic and says so."""

    TYPE: ClassVar[str] = 'complaint-received'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('in_person', 'phone', 'letter', 'portal', 'other')}

    visit_case_id: str | None = None  # The visit that it belongs to.
    feedback_event: str | None = None  # The answer about a visit from which it was made; null if it came by itself.
    channel: str  # How it came.
    note: str | None = None  # What was said.


class ComplaintResolved(Event, frozen=True, kw_only=True, gc=False):
    """Who complained has the answer."""

    TYPE: ClassVar[str] = 'complaint-resolved'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('explained', 'apologised', 'changed', 'withdrawn', 'other')}

    outcome: str  # What came of it.


class ConcernsAcknowledged(Event, frozen=True, kw_only=True, gc=False):
    """A prescriber has read what patient and assistant wanted them to know."""

    TYPE: ClassVar[str] = 'concerns-acknowledged'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class ConsentRefused(Event, frozen=True, kw_only=True, gc=False):
    """The patient or who may speak for them did not consent."""

    TYPE: ClassVar[str] = 'consent-refused'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'consent_type': ('treatment', 'procedure', 'release_of_records', 'photography', 'telehealth', 'other'), 'refused_by': ('patient', 'parent', 'guardian', 'proxy', 'other')}

    consent_type: str  # What it is for.
    refused_by: str  # Who refused.


class ConsentSigned(Event, frozen=True, kw_only=True, gc=False):
    """The patient or who may speak for them consented; the clinician obtained it, staff only witnessed."""

    TYPE: ClassVar[str] = 'consent-signed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'consent_type': ('treatment', 'procedure', 'release_of_records', 'photography', 'telehealth', 'other'), 'signed_by': ('patient', 'parent', 'guardian', 'proxy', 'other')}

    consent_type: str  # What it is for.
    version: str | None = None  # Version of the form; null if there is none.
    signed_by: str  # Who signed.
    interpreter: bool  # Whether an interpreter was there.


class ControlledCountCompleted(Event, frozen=True, kw_only=True, gc=False):
    """Two persons counted a controlled drug."""

    TYPE: ClassVar[str] = 'controlled-count-completed'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    item_id: str  # Stock item of the controlled drug; opaque.
    expected: int  # Count by the register.
    found: int  # Count that was found.
    second_by: str | None = None  # Who counted as the second person; opaque.
    second_role: str | None = None  # Role of the second person.


class ControlledCountMismatch(Event, frozen=True, kw_only=True, gc=False):
    """The count of a controlled drug differs from the register."""

    TYPE: ClassVar[str] = 'controlled-count-mismatch'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'derived'

    item_id: str  # Stock item of the controlled drug; opaque.
    expected: int  # Count by the register.
    found: int  # Count that was found.


class CopayCollected(Event, frozen=True, kw_only=True, gc=False):
    """The patient paid a copayment at the desk."""

    TYPE: ClassVar[str] = 'copay-collected'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'method': ('cash', 'card', 'transfer', 'check', 'unknown')}

    amount: str  # Amount as exact decimal text in currency.
    currency: str  # Currency of amount (ISO 4217).
    method: str  # How it was paid.


class CourseAssigned(Event, frozen=True, kw_only=True, gc=False):
    """A course was given to somebody."""

    TYPE: ClassVar[str] = 'course-assigned'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Who is to take it; opaque.
    credential: str  # Tag of the credential that the course keeps up, as the bundle names it.


class CredentialExpired(Event, frozen=True, kw_only=True, gc=False):
    """A credential of somebody has ended."""

    TYPE: ClassVar[str] = 'credential-expired'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'feed'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Whose it was; opaque.
    credential: str  # Tag of the credential, as the bundle names it.


class CredentialExpiring(Event, frozen=True, kw_only=True, gc=False):
    """A credential of somebody ends soon."""

    TYPE: ClassVar[str] = 'credential-expiring'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'feed'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Whose it is; opaque.
    credential: str  # Tag of the credential, as the bundle names it.
    valid_until: Micros | None = None  # When it ends, UTC, microseconds since 1970.


class CredentialGranted(Event, frozen=True, kw_only=True, gc=False):
    """Somebody has got a credential, or it was renewed."""

    TYPE: ClassVar[str] = 'credential-granted'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Who has it; opaque.
    credential: str  # Tag of the credential, as the bundle names it.
    valid_until: Micros | None = None  # When it ends, UTC, microseconds since 1970.


class CredentialRevoked(Event, frozen=True, kw_only=True, gc=False):
    """A credential was taken from somebody; it does not count from now on."""

    TYPE: ClassVar[str] = 'credential-revoked'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Whose it was; opaque.
    credential: str  # Tag of the credential, as the bundle names it.


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
    OPENS: ClassVar[bool] = True
    PERSONAL: ClassVar[tuple[str, ...]] = ('value_text',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'system': ('loinc', 'local', 'unknown'), 'comparator': ('below', 'at_or_below', 'at_or_above', 'above', 'unknown'), 'finding': ('positive', 'negative', 'indeterminate', 'unknown')}

    result_id: str  # Number that the laboratory gave to the result; opaque.
    code: str  # Code of what was observed.
    system: str  # Code system of code.
    value: str | None = None  # Number, exact decimal text; null if the value is not a number.
    unit: str | None = None  # UCUM unit of value; null for a value without one.
    value_text: str | None = None  # Value in words.
    flag: str | None = None  # Abnormal flag as in HL7 table 0078, for example HH, LL, AA.
    called_by: str | None = None  # Who called from the laboratory; opaque.
    called_at: Micros | None = None  # When the laboratory called.
    comparator: str | None = None  # On which side of bound the value lies; null if the value is exact or no number.
    bound: str | None = None  # Number that the value lies below or above, exact decimal text, in unit; value is null then.
    finding: str | None = None  # What was found, for a test that looks for something, as a code; null if its words are not known to mean one.


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


class DayClosed(Event, frozen=True, kw_only=True, gc=False):
    """Two persons counted the same cash, so the day is closed."""

    TYPE: ClassVar[str] = 'day-closed'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'derived'

    day: str  # Date of the day at the clinic (ISO 8601).
    counted: str  # Cash that both counted, as exact decimal text in currency.
    expected: str  # Cash taken by the events of the day, as exact decimal text in currency.
    takings: str  # All money of the day, as exact decimal text in currency.
    currency: str  # Currency of the amounts (ISO 4217).


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


class DiagnosticTestOrdered(Event, frozen=True, kw_only=True, gc=False):
    """A test of the body's function was ordered; the first event of its case."""

    TYPE: ClassVar[str] = 'diagnostic-test-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'test': ('spirometry', 'hearing', 'holter', 'stress_test', 'other'), 'priority': ('routine', 'urgent', 'asap', 'stat'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    test: str  # Which test.
    priority: str  # Priority of the order.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class DifficultEncounterReported(Event, frozen=True, kw_only=True, gc=False):
    """Somebody had an encounter that weighs on them; nobody asks for details of a patient."""

    TYPE: ClassVar[str] = 'difficult-encounter-reported'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'encounter': ('distress', 'conflict', 'death', 'threat', 'other')}

    staff_id: str  # Who had it; opaque.
    encounter: str  # What made it hard.


class DilationChecked(Event, frozen=True, kw_only=True, gc=False):
    """Somebody looked whether the pupils are wide."""

    TYPE: ClassVar[str] = 'dilation-checked'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    wide: bool  # Whether they are wide enough.


class DilationDropsGiven(Event, frozen=True, kw_only=True, gc=False):
    """Drops that widen the pupils were given by order."""

    TYPE: ClassVar[str] = 'dilation-drops-given'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'eyes': ('left', 'right', 'both', 'midline', 'unknown')}

    order_case_id: str | None = None  # Order of the drops; without one they are not given.
    drug_code: str  # Code of the drug.
    lot: str  # Lot of the bottle; opaque.
    expires_at: Micros | None = None  # Until when the bottle may be used: UTC, microseconds since 1970.
    eyes: str  # Which eyes.


class DischargeCallMade(Event, frozen=True, kw_only=True, gc=False):
    """The patient was called after a stay in hospital."""

    TYPE: ClassVar[str] = 'discharge-call-made'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'

    reached: bool  # Whether the patient or a carer was reached.


class DissatisfactionFlagged(Event, frozen=True, kw_only=True, gc=False):
    """The patient was unhappy with the visit: a complaint is made from the answer."""

    TYPE: ClassVar[str] = 'dissatisfaction-flagged'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'derived'

    feedback_event: str  # The answer in which the patient said so.


class DocumentIndexed(Event, frozen=True, kw_only=True, gc=False):
    """Somebody filed a document in the record of a patient."""

    TYPE: ClassVar[str] = 'document-indexed'
    CASE: ClassVar[str] = 'document'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('patient_id', 'actor_id')
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'document_kind': ('result', 'hospital_letter', 'referral_letter', 'insurance', 'form', 'identification', 'other')}

    document_kind: str  # What it is, now that it was read.
    identifiers_matched: int  # How many identifiers on the document match the record it was filed in.
    result_id: str | None = None  # Result in it, by the identifier on the report; null if there is none.
    order_case_id: str | None = None  # Order that the result answers; null if it is not known or there is none.
    abnormal: bool | None = None  # Whether the report marks the result as abnormal; null if it does not say so.


class DocumentMisfiled(Event, frozen=True, kw_only=True, gc=False):
    """A document was found in the record of another patient."""

    TYPE: ClassVar[str] = 'document-misfiled'
    CASE: ClassVar[str] = 'document'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'

    seen_by_others: bool  # Whether anybody outside the clinic may have seen it there.


class DocumentScanned(Event, frozen=True, kw_only=True, gc=False):
    """A paper was scanned."""

    TYPE: ClassVar[str] = 'document-scanned'
    CASE: ClassVar[str] = 'document'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'document_kind': ('result', 'hospital_letter', 'referral_letter', 'insurance', 'form', 'identification', 'other')}

    document_kind: str  # What it is.
    document_ref: str | None = None  # Where it is kept; opaque.


class DressingChanged(Event, frozen=True, kw_only=True, gc=False):
    """The dressing was changed and the wound photographed."""

    TYPE: ClassVar[str] = 'dressing-changed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'drainage': ('none', 'little', 'much', 'unknown')}

    size_mm: int | None = None  # Longest diameter of the wound.
    drainage: str | None = None  # How much the wound drains.
    photo_ref: str | None = None  # Where the photograph is kept; opaque.
    photo_refused: bool | None = None  # Whether the patient wants no photograph; null is handled as no.
    last: bool  # Whether no further dressing is needed, as the orderer has said.


class DressingOrdered(Event, frozen=True, kw_only=True, gc=False):
    """A wound is to be dressed again and again; the first event of its case."""

    TYPE: ClassVar[str] = 'dressing-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'side': ('left', 'right', 'both', 'midline', 'unknown'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    site: str | None = None  # Coded site of the body.
    side: str | None = None  # Side of the body.
    every_days: int  # How many days a dressing stays on.
    first_due: Micros | None = None  # When it is changed first: UTC, microseconds since 1970; null is handled as now.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class EcgDue(Event, frozen=True, kw_only=True, gc=False):
    """A standing order of the clinic asks for an electrocardiogram; the first event of its case."""

    TYPE: ClassVar[str] = 'ecg-due'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'derived'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class EcgOrdered(Event, frozen=True, kw_only=True, gc=False):
    """An electrocardiogram was ordered; the first event of its case."""

    TYPE: ClassVar[str] = 'ecg-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'indication': ('routine', 'palpitations', 'fainting', 'before_procedure', 'medication', 'chest_pain'), 'priority': ('routine', 'urgent', 'asap', 'stat'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    indication: str  # Why it is asked for.
    priority: str  # Priority of the order.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.
    first_contact_at: Micros | None = None  # When the patient came or was first looked at; for chest pain the ten minutes to a trace that was read count from then. Null if not told: then they count for chest pain from when the events of the visit say that the patient came, and if they do not say so, from the order and from the trace.


class EcgRecorded(Event, frozen=True, kw_only=True, gc=False):
    """The electrocardiogram was recorded; nobody has read it yet."""

    TYPE: ClassVar[str] = 'ecg-recorded'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'device_alert': ('none', 'abnormal', 'acute')}

    leads: int | None = None  # How many leads were recorded.
    artefact: bool  # Whether the trace is too disturbed to be read.
    device_alert: str  # What the device printed as an alert.
    trace_ref: str | None = None  # Where the trace is kept; opaque.
    device_id: str | None = None  # Device that was used; opaque.
    device_calibrated_until: Micros | None = None  # Until when the device's calibration holds: UTC, microseconds since 1970; null if not known.
    device_faulty: bool | None = None  # Whether the device was reported as faulty; null is handled as no.


class EcgReviewed(Event, frozen=True, kw_only=True, gc=False):
    """A prescriber has read the electrocardiogram."""

    TYPE: ClassVar[str] = 'ecg-reviewed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('no_action', 'follow_up', 'emergency', 'other')}

    outcome: str  # What follows from it.
    note: str | None = None  # What the reader noted.


class EducationDelivered(Event, frozen=True, kw_only=True, gc=False):
    """The patient was taught and could say it back."""

    TYPE: ClassVar[str] = 'education-delivered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'education'
    BY: ClassVar[str] = 'person'

    material_version: str | None = None  # Version of the approved text that was used; null when a licensed person taught without one.
    language: str  # Language in which it was taught (BCP 47).
    interpreter_id: str | None = None  # Interpreter; opaque. Null without one.


class EducationOrdered(Event, frozen=True, kw_only=True, gc=False):
    """The patient is to be taught something; the first event of its case."""

    TYPE: ClassVar[str] = 'education-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'education'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'kind': ('medicine', 'procedure', 'treatment', 'diet', 'self_injection', 'lenses', 'glasses', 'other'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    topic: str  # What is to be taught, as a topic of the table teaching-materials.
    kind: str  # Kind of teaching; it decides who may do it.
    visit_case_id: str | None = None  # Visit that it belongs to; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class EmergencyCalled(Event, frozen=True, kw_only=True, gc=False):
    """The emergency service was called to a patient in the clinic."""

    TYPE: ClassVar[str] = 'emergency-called'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('breathing', 'chest_pain', 'unconscious', 'seizure', 'bleeding', 'stroke_signs', 'allergic_reaction', 'worse_before_transfer', 'other')}

    reason: str  # Coded reason.
    location: str  # Where in the clinic the patient is: a room, or another place of the bundle.


class EmergencyCartChecked(Event, frozen=True, kw_only=True, gc=False):
    """The emergency cart was looked at."""

    TYPE: ClassVar[str] = 'emergency-cart-checked'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    asset_id: str  # Cart; opaque.
    seal_number: str | None = None  # Number of the seal; null if there is none.
    seal_intact: bool  # Whether the seal was unbroken.
    complete: bool  # Whether everything was there and within its date.


class EncounterCoded(Event, frozen=True, kw_only=True, gc=False):
    """The visit is coded for the payer."""

    TYPE: ClassVar[str] = 'encounter-coded'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'

    diagnosis_codes: list[str] = []  # ICD-10 codes of the diagnoses in the note.
    procedure_codes: list[str] = []  # Procedure codes of the payer's code system.
    charge: str | None = None  # Charge as exact decimal text in charge_currency; null if it is not known yet.
    charge_currency: str | None = None  # Currency of charge (ISO 4217).


class EncounterNoteSigned(Event, frozen=True, kw_only=True, gc=False):
    """The provider signed the note of the visit, and with it the plan."""

    TYPE: ClassVar[str] = 'encounter-note-signed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'

    note_id: str  # The note; opaque.
    plan_version: str | None = None  # Version of the plan in it; null if there is only one.
    follow_up_days: int | None = None  # Days after which the patient is to come again; null if not.


class EquipmentFaulted(Event, frozen=True, kw_only=True, gc=False):
    """A device does not work as it should; it may not be used."""

    TYPE: ClassVar[str] = 'equipment-faulted'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'fault': ('no_power', 'alarm', 'wrong_reading', 'damage', 'leak', 'check_failed', 'calibration_failed', 'other')}

    asset_id: str  # Device; opaque.
    fault: str  # What is wrong.


class EquipmentReturned(Event, frozen=True, kw_only=True, gc=False):
    """The device was found good and is in service again."""

    TYPE: ClassVar[str] = 'equipment-returned'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    asset_id: str  # Device; opaque.


class EquipmentTaggedOut(Event, frozen=True, kw_only=True, gc=False):
    """The device carries a sign and may not be used."""

    TYPE: ClassVar[str] = 'equipment-tagged-out'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('fault', 'maintenance_overdue', 'calibration_overdue', 'biological_positive', 'no_biological_indicator', 'other')}

    asset_id: str  # Device; opaque.
    reason: str  # Why it is out of service.


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


class ExamAssistEnded(Event, frozen=True, kw_only=True, gc=False):
    """The assistant is needed no longer."""

    TYPE: ClassVar[str] = 'exam-assist-ended'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'


class ExamAssistRequested(Event, frozen=True, kw_only=True, gc=False):
    """A provider asks for an assistant at the patient's side."""

    TYPE: ClassVar[str] = 'exam-assist-requested'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'what': ('exam', 'treatment', 'procedure', 'surgery', 'other'), 'preferred_gender': ('female', 'male', 'any')}

    what: str  # For what.
    preferred_gender: str | None = None  # Gender that the patient prefers; null if not asked.


class FaxReceived(Event, frozen=True, kw_only=True, gc=False):
    """A fax came."""

    TYPE: ClassVar[str] = 'fax-received'
    CASE: ClassVar[str] = 'document'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'feed'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'document_kind': ('result', 'hospital_letter', 'referral_letter', 'insurance', 'form', 'identification', 'other')}

    document_kind: str  # What it is, as far as can be seen from its first page.
    document_ref: str | None = None  # Where it is kept; opaque.


class FeedbackReceived(Event, frozen=True, kw_only=True, gc=False):
    """The patient said how the visit was."""

    TYPE: ClassVar[str] = 'feedback-received'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('text',)

    score: int | None = None  # Answer from 1 (very unhappy) to 5 (very happy); null if none was given.
    wants_contact: bool  # Whether the patient wants to be called about it.
    text: str | None = None  # What the patient said.


class FeedbackRequested(Event, frozen=True, kw_only=True, gc=False):
    """The patient was asked how the visit was."""

    TYPE: ClassVar[str] = 'feedback-requested'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'derived'

    patient_language: str | None = None  # Language in which to ask (BCP 47); null if not known.


class FirstAidGiven(Event, frozen=True, kw_only=True, gc=False):
    """The wound was washed and covered."""

    TYPE: ClassVar[str] = 'first-aid-given'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class FirstContactDated(Event, frozen=True, kw_only=True, gc=False):
    """It is known when the patient of an urgent order came to the visit that it belongs to."""

    TYPE: ClassVar[str] = 'first-contact-dated'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'derived'
    REQUIRES: ClassVar[tuple[str, ...]] = ('caused_by',)

    contact_at: Micros  # When the patient came (UTC, microseconds).
    of_event: str  # The event of the visit that says so.
    visit_case_id: str  # Visit to which the patient came.


class FloatAssigned(Event, frozen=True, kw_only=True, gc=False):
    """A colleague was sent to relieve somebody."""

    TYPE: ClassVar[str] = 'float-assigned'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Who is relieved; opaque.
    relief_staff: str  # Who was sent; opaque.


class FollowUpBooked(Event, frozen=True, kw_only=True, gc=False):
    """The next appointment that was asked for is booked."""

    TYPE: ClassVar[str] = 'follow-up-booked'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'

    appointment_at: Micros  # When it begins: UTC, microseconds since 1970.


class FootCheckPrepared(Event, frozen=True, kw_only=True, gc=False):
    """The feet were made ready and the checklist gone through."""

    TYPE: ClassVar[str] = 'foot-check-prepared'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    shoes_off: bool  # Whether shoes and socks are off.
    monofilament_sites: int  # At how many sites the monofilament was tried.
    monofilament_felt: int | None = None  # At how many of them it was felt.
    footwear_seen: bool  # Whether the footwear was looked at.
    risk_asked: bool  # Whether the risk questions were asked.
    risk_answers: list[str] = []  # Risk questions answered with yes: diabetes, numbness, earlier_ulcer, amputation, poor_circulation, pain_at_rest, other.
    ulcer_seen: bool  # Whether an open sore was seen.


class HandedToAmbulance(Event, frozen=True, kw_only=True, gc=False):
    """The ambulance crew has taken over the patient."""

    TYPE: ClassVar[str] = 'handed-to-ambulance'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'


class HearingScreened(Event, frozen=True, kw_only=True, gc=False):
    """Hearing was screened."""

    TYPE: ClassVar[str] = 'hearing-screened'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    right_passed: bool  # Whether the right ear passed.
    left_passed: bool  # Whether the left ear passed.
    device_id: str | None = None  # Device that was used; opaque.
    device_calibrated_until: Micros | None = None  # Until when the device's calibration holds: UTC, microseconds since 1970; null if not known.
    device_faulty: bool | None = None  # Whether the device was reported as faulty; null is handled as no.


class HistoryRecorded(Event, frozen=True, kw_only=True, gc=False):
    """The patient's history was gone through."""

    TYPE: ClassVar[str] = 'history-recorded'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('concern',)

    changed: list[str] = []  # Parts that differ from the record: conditions, surgeries, hospital_stays, family, social, pregnancy, immunizations, other.
    concern: str | None = None  # What worries the patient, in their own words; null if nothing.


class HolterFitted(Event, frozen=True, kw_only=True, gc=False):
    """A recorder was checked, fitted and given to the patient."""

    TYPE: ClassVar[str] = 'holter-fitted'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    serial: str  # Serial number of the recorder; opaque.
    device_checked: bool  # Whether battery, leads and a test trace were checked.
    wear_days: int  # After how many days it is due back, 14 at most.
    device_id: str | None = None  # Device that was used; opaque.
    device_calibrated_until: Micros | None = None  # Until when the device's calibration holds: UTC, microseconds since 1970; null if not known.
    device_faulty: bool | None = None  # Whether the device was reported as faulty; null is handled as no.


class HolterReturned(Event, frozen=True, kw_only=True, gc=False):
    """The recorder is back."""

    TYPE: ClassVar[str] = 'holter-returned'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    serial: str  # Serial number of the recorder; opaque.
    complete: bool | None = None  # Whether the recording is complete; null if not known.


class HospitalAdmissionConfirmed(Event, frozen=True, kw_only=True, gc=False):
    """The hospital takes the patient."""

    TYPE: ClassVar[str] = 'hospital-admission-confirmed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'feed'

    facility: str | None = None  # Hospital; opaque, null if not told.


class HospitalAdmissionRequested(Event, frozen=True, kw_only=True, gc=False):
    """A prescriber wants the patient of this visit admitted to a hospital."""

    TYPE: ClassVar[str] = 'hospital-admission-requested'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'level': ('observation', 'ward', 'intermediate', 'intensive', 'unknown'), 'transport': ('own', 'patient_transport', 'ambulance', 'unknown')}

    level: str  # Level of care that is asked for.
    diagnosis_code: str | None = None  # Code of the reason; null if none was given.
    bed_type: str | None = None  # Coded kind of bed; null if any.
    transport: str  # How the patient gets there.


class HospitalDischargeNotified(Event, frozen=True, kw_only=True, gc=False):
    """A hospital told that it has sent the patient home; the first event of its case."""

    TYPE: ClassVar[str] = 'hospital-discharge-notified'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'feed'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    discharged_at: Micros  # When: UTC, microseconds since 1970.
    facility: str  # The hospital; opaque.
    visit_case_id: str | None = None  # Visit that it belongs to; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class IdentityConfirmed(Event, frozen=True, kw_only=True, gc=False):
    """It is settled who the patient is."""

    TYPE: ClassVar[str] = 'identity-confirmed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'

    identifiers_matched: int  # How many identifiers were compared and matched; two or more identify.


class IdentityMismatchFound(Event, frozen=True, kw_only=True, gc=False):
    """Two identifiers of the patient do not belong to one person."""

    TYPE: ClassVar[str] = 'identity-mismatch-found'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'

    which: list[str] = []  # Identifiers that differ: name, birth-date, mrn, photo, insurance, address.


class IncidentAcknowledged(Event, frozen=True, kw_only=True, gc=False):
    """A nurse or prescriber has taken charge of the people concerned."""

    TYPE: ClassVar[str] = 'incident-acknowledged'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class IncidentClosed(Event, frozen=True, kw_only=True, gc=False):
    """A manager has looked into it; it says what will be changed, never whose fault it was."""

    TYPE: ClassVar[str] = 'incident-closed'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'measure': ('training', 'procedure_changed', 'equipment', 'staffing', 'none_needed', 'other')}

    measure: str  # What will be changed.


class IncidentFiled(Event, frozen=True, kw_only=True, gc=False):
    """Something in the work on this order went wrong, and whoever was asked to report it did. The report itself is a case of its own. Nobody is blamed in it."""

    TYPE: ClassVar[str] = 'incident-filed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'incident': ('fall', 'wrong_patient', 'mislabel', 'medication_error', 'equipment', 'other')}

    of_event: str | None = None  # The event in which it went wrong; null if it is not told.
    incident: str  # What happened.
    note: str | None = None  # What was seen.


class IncidentMadeSafe(Event, frozen=True, kw_only=True, gc=False):
    """The place is safe again and whoever was hurt is being looked after."""

    TYPE: ClassVar[str] = 'incident-made-safe'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class IncidentReported(Event, frozen=True, kw_only=True, gc=False):
    """Something went wrong that harmed or could harm somebody. Nobody is blamed in it."""

    TYPE: ClassVar[str] = 'incident-reported'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'incident': ('fall', 'wrong_patient', 'mislabel', 'medication_error', 'equipment', 'other')}

    visit_case_id: str | None = None  # The visit that it belongs to.
    about_case_id: str | None = None  # The order in the work on which it happened; null if it was reported by itself.
    incident: str  # What happened.
    note: str | None = None  # What was seen.


class InjuryLogged(Event, frozen=True, kw_only=True, gc=False):
    """The injury is in the log that the law asks for."""

    TYPE: ClassVar[str] = 'injury-logged'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    log_number: str  # Number in the log; opaque.


class InstrumentsBlocked(Event, frozen=True, kw_only=True, gc=False):
    """The instruments that were set up or are planned for the procedure may not be used."""

    TYPE: ClassVar[str] = 'instruments-blocked'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('load_recalled', 'load_quarantined', 'load_not_released', 'pack_expired', 'other')}

    load_id: str  # Sterilizer load that the instruments were in; opaque.
    reason: str  # Why they may not be used.


class InstrumentsDecontaminated(Event, frozen=True, kw_only=True, gc=False):
    """The set was washed and disinfected."""

    TYPE: ClassVar[str] = 'instruments-decontaminated'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    asset_id: str  # Set (tray) of instruments; opaque.
    count: int  # Pieces that were counted after washing.


class InstrumentsPacked(Event, frozen=True, kw_only=True, gc=False):
    """The set is packed and may be sterilized."""

    TYPE: ClassVar[str] = 'instruments-packed'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    asset_id: str  # Set (tray) of instruments; opaque.
    count: int  # Pieces in the pack.
    load_id: str | None = None  # Sterilizer load that it goes into; opaque. Null if not known.


class InstrumentsUsed(Event, frozen=True, kw_only=True, gc=False):
    """A set of instruments was used and must be reprocessed."""

    TYPE: ClassVar[str] = 'instruments-used'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'

    asset_id: str  # Set (tray) of instruments; opaque.
    load_id: str | None = None  # Sterilizer load that it was in; opaque. Null if not known.
    count: int | None = None  # Pieces that came back from the patient; null if nobody counted.
    procedure_case_id: str | None = None  # Case of the procedure; null if not known.
    visit_case_id: str | None = None  # Visit in which it was used; null if not known.


class InsuranceEligibilityRequested(Event, frozen=True, kw_only=True, gc=False):
    """The payer was asked whether the patient is covered."""

    TYPE: ClassVar[str] = 'insurance-eligibility-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('member_id',)

    payer: str  # Payer; opaque code.
    member_id: str | None = None  # Member number with all but the last digits hidden.


class InsuranceFormCompleted(Event, frozen=True, kw_only=True, gc=False):
    """The prescriber signed the form."""

    TYPE: ClassVar[str] = 'insurance-form-completed'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class InsuranceFormPrepared(Event, frozen=True, kw_only=True, gc=False):
    """The form is filled in from the record and waits for a signature."""

    TYPE: ClassVar[str] = 'insurance-form-prepared'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'


class InsuranceFormRequested(Event, frozen=True, kw_only=True, gc=False):
    """A patient needs a form filled in for an insurer, an employer or a school."""

    TYPE: ClassVar[str] = 'insurance-form-requested'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'form': ('disability', 'family_leave', 'school', 'life_insurance', 'other')}

    form: str  # Which form.
    visit_case_id: str | None = None  # Visit at which it was asked for; null if there is none.


class InsuranceVerificationFailed(Event, frozen=True, kw_only=True, gc=False):
    """The payer did not confirm that the patient is covered."""

    TYPE: ClassVar[str] = 'insurance-verification-failed'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('inactive', 'not_found', 'other_payer', 'payer_silent', 'unknown')}

    payer: str  # Payer; opaque code.
    reason: str  # Why.


class InsuranceVerified(Event, frozen=True, kw_only=True, gc=False):
    """The payer said that the patient is covered."""

    TYPE: ClassVar[str] = 'insurance-verified'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'

    payer: str  # Payer; opaque code.
    effective_from: Micros | None = None  # First moment of the cover; null if not known.
    effective_to: Micros | None = None  # Last moment of the cover; null if open.
    copay: str | None = None  # Copayment as exact decimal text in copay_currency; null if there is none.
    copay_currency: str | None = None  # Currency of copay (ISO 4217).
    auth_needed: bool  # Whether the payer wants to authorise the visit beforehand.


class IntakeFormCompleted(Event, frozen=True, kw_only=True, gc=False):
    """The patient filled in a form, or a part of it."""

    TYPE: ClassVar[str] = 'intake-form-completed'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'

    form_id: str  # Form, by its code.
    version: str  # Version of the form.
    answers_ref: str | None = None  # Where the answers are kept; opaque.
    unanswered: list[str] = []  # Codes of questions without an answer; none means complete.


class IntakeFormSent(Event, frozen=True, kw_only=True, gc=False):
    """A form was given or sent to the patient."""

    TYPE: ClassVar[str] = 'intake-form-sent'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'

    form_id: str  # Form, by its code.
    version: str  # Version of the form.


class InterpreterBooked(Event, frozen=True, kw_only=True, gc=False):
    """An interpreter is there, or will be."""

    TYPE: ClassVar[str] = 'interpreter-booked'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'education'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('in_person', 'video', 'telephone', 'unknown')}

    language: str  # Language (BCP 47).
    channel: str  # How the interpreter takes part.
    interpreter_id: str | None = None  # Interpreter; opaque. Null if not known yet.


class ItemExpired(Event, frozen=True, kw_only=True, gc=False):
    """A lot of an item is past its date and may not be used."""

    TYPE: ClassVar[str] = 'item-expired'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'feed'

    item_id: str  # Stock item; opaque.
    lot: str  # Lot.


class ItemExpiring(Event, frozen=True, kw_only=True, gc=False):
    """A lot of an item expires soon."""

    TYPE: ClassVar[str] = 'item-expiring'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'feed'

    item_id: str  # Stock item; opaque.
    lot: str  # Lot.
    expires_at: Micros  # When it expires, UTC, microseconds since 1970.


class LabTestOrdered(Event, frozen=True, kw_only=True, gc=False):
    """A test was ordered; the first event of its case."""

    TYPE: ClassVar[str] = 'lab-test-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
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
    in_house: bool | None = None  # Whether the test is made here, at the point of care; null is handled as no.


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


class LensHandedOut(Event, frozen=True, kw_only=True, gc=False):
    """Lenses or glasses were handed to the patient."""

    TYPE: ClassVar[str] = 'lens-handed-out'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'education'
    BY: ClassVar[str] = 'person'

    item_ref: str | None = None  # What was handed out; opaque.


class LensTeachingDone(Event, frozen=True, kw_only=True, gc=False):
    """The patient was taught to use contact lenses or glasses."""

    TYPE: ClassVar[str] = 'lens-teaching-done'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'education'
    BY: ClassVar[str] = 'person'

    put_in_shown: bool  # Whether the patient showed putting them in, or on.
    taken_out_shown: bool  # Whether the patient showed taking them out, or off.


class LesionPhotographed(Event, frozen=True, kw_only=True, gc=False):
    """A spot of the skin was photographed and marked on the body map."""

    TYPE: ClassVar[str] = 'lesion-photographed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'side': ('left', 'right', 'both', 'midline', 'unknown')}

    body_site: str  # Coded place on the body map.
    side: str | None = None  # Side of the body.
    consent: bool  # Whether the patient agreed to the photograph.
    scale_shown: bool  # Whether a ruler is in the picture.
    photo_ref: str  # Where the photograph is kept; opaque.


class LoadQuarantined(Event, frozen=True, kw_only=True, gc=False):
    """The load may not be used."""

    TYPE: ClassVar[str] = 'load-quarantined'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('mechanical_failed', 'chemical_failed', 'values_not_met', 'biological_positive', 'device_out_of_service', 'other')}

    load_id: str  # Load; opaque.
    reason: str  # Why it may not be used.


class LoadRecalled(Event, frozen=True, kw_only=True, gc=False):
    """Packs of the load that were given out must come back, and patients on whom they were used must be found."""

    TYPE: ClassVar[str] = 'load-recalled'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('biological_positive', 'device_faulty', 'procedure_faulty', 'other')}

    load_id: str  # Load; opaque.
    reason: str  # Why it is recalled.


class LoadReleased(Event, frozen=True, kw_only=True, gc=False):
    """Somebody has found the load good; its packs may be used."""

    TYPE: ClassVar[str] = 'load-released'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    load_id: str  # Load; opaque.


class LoadUsed(Event, frozen=True, kw_only=True, gc=False):
    """A procedure was set up or started with instruments of the load."""

    TYPE: ClassVar[str] = 'load-used'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'derived'

    load_id: str  # Sterilizer load that the instruments were in; opaque.
    procedure_case_id: str  # Case of the procedure (an order) that uses the instruments.


class LotRecalled(Event, frozen=True, kw_only=True, gc=False):
    """The maker or an authority has called a lot back; it may not be used."""

    TYPE: ClassVar[str] = 'lot-recalled'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'person'

    item_id: str  # Stock item; opaque.
    lot: str  # Lot.
    notice: str | None = None  # Number of the notice; opaque. Null if it has none.


class MailReceived(Event, frozen=True, kw_only=True, gc=False):
    """A letter came by post."""

    TYPE: ClassVar[str] = 'mail-received'
    CASE: ClassVar[str] = 'document'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'document_kind': ('result', 'hospital_letter', 'referral_letter', 'insurance', 'form', 'identification', 'other')}

    document_kind: str  # What it is, as far as can be seen from outside.
    document_ref: str | None = None  # Where it is kept; opaque.


class Maintained(Event, frozen=True, kw_only=True, gc=False):
    """The device was serviced or repaired."""

    TYPE: ClassVar[str] = 'maintained'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'

    asset_id: str  # Device; opaque.
    passed: bool  # Whether it may be used again.


class MaintenanceDue(Event, frozen=True, kw_only=True, gc=False):
    """A device has to be serviced."""

    TYPE: ClassVar[str] = 'maintenance-due'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'feed'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'work': ('maintenance', 'calibration', 'biological_indicator')}

    asset_id: str  # Device; opaque.
    work: str  # Which service it needs.


class MeasurementChangeFlagged(Event, frozen=True, kw_only=True, gc=False):
    """Weight or height differs so much from the one before that a provider is told."""

    TYPE: ClassVar[str] = 'measurement-change-flagged'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'vitals'
    BY: ClassVar[str] = 'derived'

    rule_id: str  # Row of the table that was met.
    table: str  # Name of the table.
    table_version: str  # Version of the table.
    parameter: str  # Field that was measured: weight or height.
    value: str  # Exact decimal text of what was measured, in unit.
    before: str  # Exact decimal text of the one before, in unit.
    unit: str  # UCUM unit of both.
    vitals_event: str  # Event of the measurement.


class MedicationAdministered(Event, frozen=True, kw_only=True, gc=False):
    """A medicine was given."""

    TYPE: ClassVar[str] = 'medication-administered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    site: str | None = None  # Coded site of the body.
    lot: str | None = None  # Lot.
    dose: str | None = None  # Dose given, exact decimal text.
    dose_unit: str | None = None  # UCUM unit of dose.


class MedicationDispensed(Event, frozen=True, kw_only=True, gc=False):
    """A medicine was handed out to be taken at home."""

    TYPE: ClassVar[str] = 'medication-dispensed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    quantity: str  # Quantity handed out, exact decimal text.
    quantity_unit: str  # UCUM unit or coded dose form of quantity.
    lot: str  # Lot.
    expires_at: Micros | None = None  # When the lot expires.
    label_ok: bool  # Whether the label has patient, drug, dose, how to take it and date.
    counselled_by: str | None = None  # Who explained it to the patient; opaque.


class MedicationHeld(Event, frozen=True, kw_only=True, gc=False):
    """The order waits for an answer of a prescriber - the order again, changed or not, or its cancellation."""

    TYPE: ClassVar[str] = 'medication-held'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('allergies_not_seen', 'weight_changed', 'weight_unknown', 'weight_old', 'check_failed', 'allergy_added', 'other')}

    reason: str  # Why it waits.


class MedicationListReviewed(Event, frozen=True, kw_only=True, gc=False):
    """The list of medicines was gone through with the patient; differences are listed, not judged."""

    TYPE: ClassVar[str] = 'medication-list-reviewed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'

    changed: list[str] = []  # Codes of medicines that the patient takes otherwise than the record says, or not at all.


class MedicationNotGiven(Event, frozen=True, kw_only=True, gc=False):
    """The medicine or the vaccine was not given, for another reason than that the patient refused."""

    TYPE: ClassVar[str] = 'medication-not-given'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('not_in_stock', 'patient_unwell', 'contraindicated', 'already_given', 'patient_left', 'not_permitted', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class MedicationOrdered(Event, frozen=True, kw_only=True, gc=False):
    """A medicine was ordered, to be given here or to be dispensed; the first event of its case. Told again by a prescriber it answers a hold."""

    TYPE: ClassVar[str] = 'medication-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'weight_used': ('kg', 3)}
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'drug_system': ('rxnorm', 'ndc', 'local', 'unknown'), 'purpose': ('give', 'dispense', 'other'), 'route': ('im', 'sc', 'id', 'iv', 'oral', 'topical', 'inhaled', 'nasal', 'eye', 'ear', 'rectal', 'other'), 'controlled_schedule': ('none', 'II', 'III', 'IV', 'V', 'unknown'), 'priority': ('routine', 'urgent', 'asap', 'stat'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    drug_code: str  # Code of the drug.
    drug_system: str  # Code system of drug_code.
    purpose: str  # Whether it is given here or handed out.
    route: str  # Way by which it is given.
    dose: str | None = None  # Dose of one time, exact decimal text.
    dose_unit: str | None = None  # UCUM unit of dose.
    weight_based: bool | None = None  # Whether the dose goes by weight; null if not known.
    weight_used: int | None = None  # Body weight that the dose was worked out from, in thousandths of kg.
    allergies_seen: bool  # Whether the orderer saw the list of allergies.
    controlled_schedule: str | None = None  # Schedule of the drug; null is handled as unknown.
    high_alert: bool | None = None  # Whether it is a high-alert drug; null if not known.
    observe_minutes: int | None = None  # Minutes for which the patient is observed after it; null for what is usual.
    priority: str  # Priority of the order.
    visit_case_id: str | None = None  # Visit during which it was ordered; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.
    pregnant: bool | None = None  # Whether the patient is pregnant; null if not known.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.


class MedicationPrepared(Event, frozen=True, kw_only=True, gc=False):
    """A dose was prepared or drawn up."""

    TYPE: ClassVar[str] = 'medication-prepared'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'weight_measured': ('kg', 3)}

    lot: str  # Lot.
    expires_at: Micros | None = None  # When the lot expires; null if it is not on the pack.
    lot_recalled: bool  # Whether the lot is on the list of recalled lots.
    product_code: str | None = None  # Product (NDC).
    dose: str | None = None  # Dose prepared, exact decimal text.
    dose_unit: str | None = None  # UCUM unit of dose.
    weight_measured: int | None = None  # Body weight measured at this visit, in thousandths of kg; null if it was not.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.


class MedicationRefused(Event, frozen=True, kw_only=True, gc=False):
    """The patient refused the medicine or the vaccine."""

    TYPE: ClassVar[str] = 'medication-refused'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('side_effects', 'afraid', 'not_needed', 'cost', 'belief', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class MedicationVerified(Event, frozen=True, kw_only=True, gc=False):
    """A second person compared the prepared dose, or the medicine to be dispensed, with the order."""

    TYPE: ClassVar[str] = 'medication-verified'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    patient_ok: bool  # Whether it is for this patient, by two identifiers.
    drug_ok: bool  # Whether it is the drug ordered.
    dose_ok: bool  # Whether it is the dose ordered.
    route_ok: bool  # Whether it is the route ordered.
    time_ok: bool  # Whether it is the time ordered.
    allergy_ok: bool  # Whether the list of allergies was seen and nothing on it speaks against it.
    expiry_ok: bool  # Whether it is not expired and not recalled.


class NailTrayUsed(Event, frozen=True, kw_only=True, gc=False):
    """Instruments for nails were used; the first event of its case."""

    TYPE: ClassVar[str] = 'nail-tray-used'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    kit_id: str  # Set of instruments; opaque.
    load_id: str | None = None  # Sterilizer load that the instruments were in; opaque. Null for what came sterile from its maker.
    pack_expires_at: Micros | None = None  # Until when the pack counts as sterile: UTC, microseconds since 1970; null if it says none.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.


class NearMissReported(Event, frozen=True, kw_only=True, gc=False):
    """Something nearly went wrong, nobody was harmed."""

    TYPE: ClassVar[str] = 'near-miss-reported'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'near_miss': ('fall', 'wrong_patient', 'mislabel', 'medication_error', 'equipment', 'other')}

    visit_case_id: str | None = None  # The visit that it belongs to.
    near_miss: str  # What nearly happened.


class NoShowReversed(Event, frozen=True, kw_only=True, gc=False):
    """The patient came after all and was accepted."""

    TYPE: ClassVar[str] = 'no-show-reversed'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'


class ObservationCompleted(Event, frozen=True, kw_only=True, gc=False):
    """The observation after a medicine or a vaccine is over."""

    TYPE: ClassVar[str] = 'observation-completed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('well', 'reaction', 'left_early', 'other')}

    outcome: str  # How it ended.


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


class OutsideTestArranged(Event, frozen=True, kw_only=True, gc=False):
    """A test at another place is arranged; the first event of its case."""

    TYPE: ClassVar[str] = 'outside-test-arranged'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    test_code: str  # Coded test.
    place: str  # Where it is done; opaque.
    scheduled_at: Micros  # When it begins: UTC, microseconds since 1970.
    prep: list[str] = []  # Coded instructions for preparing: fasting, drink, stop_medicine, bring_list.
    auth_needed: bool  # Whether the payer wants to authorise it beforehand.
    visit_case_id: str | None = None  # Visit that it belongs to; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class PatientArrived(Event, frozen=True, kw_only=True, gc=False):
    """The patient came into the clinic."""

    TYPE: ClassVar[str] = 'patient-arrived'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'mode': ('appointment', 'walk_in', 'ambulance', 'transfer', 'unknown')}

    mode: str  # How the patient came.
    appointment_at: Micros | None = None  # Start of the appointment, if there is one.
    visit_type: str | None = None  # Coded kind of visit.
    accessibility_needs: list[str] = []  # Coded needs, for example wheelchair, interpreter, large-print.


class PatientCallUnanswered(Event, frozen=True, kw_only=True, gc=False):
    """The patient was called and did not come."""

    TYPE: ClassVar[str] = 'patient-call-unanswered'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('display', 'voice', 'phone', 'in_person', 'other')}

    call_no: int  # Number of the call within the visit, from 1.
    channel: str  # How the patient was called.


class PatientCalled(Event, frozen=True, kw_only=True, gc=False):
    """The patient was called from the waiting area."""

    TYPE: ClassVar[str] = 'patient-called'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('display', 'voice', 'phone', 'in_person', 'other')}

    call_no: int  # Number of this call within the visit, from 1.
    channel: str  # How the patient was called.


class PatientConditionWorsened(Event, frozen=True, kw_only=True, gc=False):
    """Somebody saw that a patient in the clinic has become worse."""

    TYPE: ClassVar[str] = 'patient-condition-worsened'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'seen_by': ('staff', 'family', 'patient', 'other'), 'sign': ('breathing', 'pain', 'bleeding', 'confusion', 'fainting', 'other')}

    seen_by: str  # Who saw it.
    sign: str  # What was seen, as a code; nobody judges it here.


class PatientDeceased(Event, frozen=True, kw_only=True, gc=False):
    """The patient died."""

    TYPE: ClassVar[str] = 'patient-deceased'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    ENDS: ClassVar[str | None] = 'visit'


class PatientPrepared(Event, frozen=True, kw_only=True, gc=False):
    """The patient is undressed, covered and positioned as far as the examination needs it."""

    TYPE: ClassVar[str] = 'patient-prepared'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'position': ('sitting', 'lying', 'side', 'lithotomy', 'prone', 'standing', 'other'), 'consent': ('not_needed', 'seen', 'missing')}

    position: str  # How the patient is positioned.
    gown: bool  # Whether the patient has a gown or a cover.
    consent: str  # What was seen of the consent, which only a clinician obtains.


class PatientStillHere(Event, frozen=True, kw_only=True, gc=False):
    """Somebody looked after the end of the day and the patient is still in the clinic, so the visit goes on."""

    TYPE: ClassVar[str] = 'patient-still-here'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'checkout'
    BY: ClassVar[str] = 'person'


class PaymentReceived(Event, frozen=True, kw_only=True, gc=False):
    """The patient paid."""

    TYPE: ClassVar[str] = 'payment-received'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'method': ('cash', 'card', 'transfer', 'check', 'unknown')}

    amount: str  # Amount as exact decimal text in currency.
    currency: str  # Currency of amount (ISO 4217).
    method: str  # How it was paid.


class PeriodClosed(Event, frozen=True, kw_only=True, gc=False):
    """The books of a period were closed, with what the work of each kind of visit cost."""

    TYPE: ClassVar[str] = 'period-closed'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'

    period: str  # Name of the period, for example 2026-11.
    first_day: str  # Its first day at the clinic (ISO 8601).
    last_day: str  # Its last day at the clinic (ISO 8601).
    budget: str  # Planned costs as exact decimal text in currency.
    currency: str  # Currency of the amounts (ISO 4217).
    costs: list[VisitTypeCost] = []  # Costs by kind of visit.


class PeriodFiguresPublished(Event, frozen=True, kw_only=True, gc=False):
    """One version of the figures of a closed period; a later version leaves the earlier one as it was."""

    TYPE: ClassVar[str] = 'period-figures-published'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'derived'

    period: str  # Name of the period.
    version: int  # Number of this version, from 1.
    takings: str  # Money that came in for days of the period, as exact decimal text in currency.
    costs: str  # Costs of the period as exact decimal text in currency.
    budget: str  # Planned costs as exact decimal text in currency.
    currency: str  # Currency of the amounts (ISO 4217).
    over_budget_permille: int  # Costs above (or, if negative, below) the budget, in thousandths of the budget.
    cost_per_visit: list[CostPerVisit] = []  # Cost of one visit, by kind of visit.


class PhoneCallClosed(Event, frozen=True, kw_only=True, gc=False):
    """A call, or a try to call back, is over."""

    TYPE: ClassVar[str] = 'phone-call-closed'
    CASE: ClassVar[str] = 'call'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('answered', 'message_taken', 'no_answer', 'transferred', 'wrong_number', 'other')}

    outcome: str  # How it ended.


class PhoneCallReceived(Event, frozen=True, kw_only=True, gc=False):
    """Somebody called the clinic; the first event of its case."""

    TYPE: ClassVar[str] = 'phone-call-received'
    CASE: ClassVar[str] = 'call'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    PERSONAL: ClassVar[tuple[str, ...]] = ('callback',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'caller_rel': ('patient', 'parent', 'carer', 'pharmacy', 'other_provider', 'other'), 'reason': ('appointment', 'result', 'refill', 'symptoms', 'billing', 'referral', 'question', 'other')}

    caller_rel: str  # Who calls.
    language: str | None = None  # Language of the caller (BCP 47).
    reason: str  # What it is about.
    callback: str | None = None  # Number to call back, as E.164.
    red_flag: bool  # Whether the caller said yes to a question of the site's red-flag list.
    visit_case_id: str | None = None  # Visit that the call is about; null if there is none.


class PhoneMessageTaken(Event, frozen=True, kw_only=True, gc=False):
    """A caller left a message and is to be called back."""

    TYPE: ClassVar[str] = 'phone-message-taken'
    CASE: ClassVar[str] = 'call'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    PERSONAL: ClassVar[tuple[str, ...]] = ('text', 'callback')
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'to_role': ('RN', 'PRV', 'MA', 'BIL', 'REF', 'FD'), 'urgency': ('routine', 'urgent')}

    to_role: str  # Role that is to call back.
    urgency: str  # How soon.
    text: str  # What the caller said, word for word.
    callback: str | None = None  # Number to call back, as E.164.
    red_flag: bool | None = None  # Whether the caller said yes to a question of the site's red-flag list; null if nobody asked.


class PocQcFailed(Event, frozen=True, kw_only=True, gc=False):
    """A test at the point of care does not count, as its quality control failed or its kit has expired."""

    TYPE: ClassVar[str] = 'poc-qc-failed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('control_failed', 'kit_expired', 'other')}

    reason: str  # Why it does not count.
    kit_lot: str  # Lot of the kit.


class PocTestPerformed(Event, frozen=True, kw_only=True, gc=False):
    """A test was made here, at the point of care."""

    TYPE: ClassVar[str] = 'poc-test-performed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    PERSONAL: ClassVar[tuple[str, ...]] = ('value_text',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'test_system': ('loinc', 'local', 'unknown'), 'comparator': ('below', 'at_or_below', 'at_or_above', 'above', 'unknown'), 'finding': ('positive', 'negative', 'indeterminate', 'unknown')}

    test_code: str  # Code of the test.
    test_system: str  # Code system of test_code.
    kit_lot: str  # Lot of the kit.
    kit_expires_at: Micros | None = None  # When the kit expires; null if it is not on the pack.
    control_passed: bool  # Whether the quality control of this kit and device passed.
    device_id: str | None = None  # Device; opaque.
    value: str | None = None  # Number, exact decimal text; null if the value is not a number.
    unit: str | None = None  # UCUM unit of value; null for a value without one.
    value_text: str | None = None  # Value in words.
    abnormal: bool  # Whether it is outside the limits of the kit.
    comparator: str | None = None  # On which side of bound the value lies; null if the value is exact or no number.
    bound: str | None = None  # Number that the value lies below or above, exact decimal text, in unit; value is null then.
    finding: str | None = None  # What was found, for a test that looks for something, as a code; null if its words are not known to mean one.


class PostExposureEvaluated(Event, frozen=True, kw_only=True, gc=False):
    """A clinician has evaluated the exposure and offered what follows from it; the findings are in the record of the injured person only."""

    TYPE: ClassVar[str] = 'post-exposure-evaluated'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class PreceptorAssigned(Event, frozen=True, kw_only=True, gc=False):
    """A trainee works under this person's eyes from now on."""

    TYPE: ClassVar[str] = 'preceptor-assigned'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'derived'
    OPENS: ClassVar[bool] = True

    staff_id: str  # The preceptor; opaque.
    trainee_id: str  # Who learns; opaque.


class PreparationGiven(Event, frozen=True, kw_only=True, gc=False):
    """The patient was told how to prepare for a test."""

    TYPE: ClassVar[str] = 'preparation-given'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'

    language: str  # Language in which it was told (BCP 47).


class PrescriptionDrafted(Event, frozen=True, kw_only=True, gc=False):
    """A prescription was drafted; the first event of its case. Told again by a prescriber it answers a hold."""

    TYPE: ClassVar[str] = 'prescription-drafted'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    PERSONAL: ClassVar[tuple[str, ...]] = ('dose_text',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'drug_system': ('rxnorm', 'ndc', 'local', 'unknown'), 'controlled_schedule': ('none', 'II', 'III', 'IV', 'V', 'unknown'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    drug_code: str  # Code of the drug.
    drug_system: str  # Code system of drug_code.
    controlled_schedule: str | None = None  # Schedule of the drug; null is handled as unknown.
    dose_text: str | None = None  # How to take it, as it will be on the label.
    pharmacy_id: str | None = None  # Pharmacy that the patient chose; opaque.
    visit_case_id: str | None = None  # Visit during which it was ordered; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class PrescriptionSent(Event, frozen=True, kw_only=True, gc=False):
    """The prescription went to the pharmacy."""

    TYPE: ClassVar[str] = 'prescription-sent'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    pharmacy_id: str | None = None  # Pharmacy; opaque.


class PrescriptionVerified(Event, frozen=True, kw_only=True, gc=False):
    """A drafted prescription was compared with what the patient and the record say, without judging it."""

    TYPE: ClassVar[str] = 'prescription-verified'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    patient_ok: bool  # Whether it is for this patient, by two identifiers.
    pharmacy_ok: bool  # Whether the pharmacy is the one that the patient names.
    dose_text_ok: bool  # Whether the text of the dose says amount, route, how often and how long, and agrees with the note.


class PriorAuthDecided(Event, frozen=True, kw_only=True, gc=False):
    """The payer authorised a referral or a test, or did not."""

    TYPE: ClassVar[str] = 'prior-auth-decided'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'decision': ('approved', 'denied')}

    decision: str  # The decision.
    valid_to: Micros | None = None  # Last moment of the authorisation: UTC, microseconds since 1970; null if not known.


class PrivacyIncidentAssessed(Event, frozen=True, kw_only=True, gc=False):
    """The privacy officer has judged what was seen by whom."""

    TYPE: ClassVar[str] = 'privacy-incident-assessed'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    notice_needed: bool  # Whether the law asks for a notice.


class PrivacyIncidentReported(Event, frozen=True, kw_only=True, gc=False):
    """Somebody may have seen or got what is not theirs to see."""

    TYPE: ClassVar[str] = 'privacy-incident-reported'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'breach': ('opened_without_need', 'wrong_recipient', 'lost', 'overheard', 'other')}

    visit_case_id: str | None = None  # The visit that it belongs to.
    breach: str  # What happened.
    disclosed: bool  # Whether data left the clinic or was seen by somebody without a right to it.


class ProcedureEnded(Event, frozen=True, kw_only=True, gc=False):
    """The procedure is over, and what was used was counted again."""

    TYPE: ClassVar[str] = 'procedure-ended'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('completed', 'stopped', 'other')}

    count_out: int | None = None  # Instruments and swabs counted after the procedure; null if nobody counted.
    supplies: list[str] = []  # Stock items that were used up, one entry for each piece; opaque.
    outcome: str  # How it ended.


class ProcedurePlanned(Event, frozen=True, kw_only=True, gc=False):
    """A procedure is to be done at an appointment; the first event of its case."""

    TYPE: ClassVar[str] = 'procedure-planned'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'derived'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    appointment_case_id: str  # Appointment at which it is to be done.
    start: Micros  # When it is to begin: UTC, microseconds since 1970.
    surgery: bool  # Whether it is surgery, which needs a qualified assistant.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class ProcedureSetUp(Event, frozen=True, kw_only=True, gc=False):
    """The instruments for a procedure were laid out and counted."""

    TYPE: ClassVar[str] = 'procedure-set-up'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    kit_id: str  # Set of instruments; opaque.
    instrument_lot: str | None = None  # Lot of single-use instruments; opaque.
    load_id: str | None = None  # Sterilizer load that the instruments were in; opaque. Null for what came sterile from its maker.
    pack_expires_at: Micros | None = None  # Until when the pack counts as sterile: UTC, microseconds since 1970; null if it says none.
    count_in: int  # Instruments and swabs counted before the procedure.
    count_listed: int | None = None  # How many the list of the set names; null if it has none.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class ProcedureStarted(Event, frozen=True, kw_only=True, gc=False):
    """The procedure has begun."""

    TYPE: ClassVar[str] = 'procedure-started'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'side': ('left', 'right', 'both', 'midline', 'unknown'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    procedure_code: str | None = None  # Coded procedure.
    site: str | None = None  # Coded site of the body.
    side: str | None = None  # Side of the body.
    emergency: bool | None = None  # Whether it could not wait for a time-out; null is handled as no.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class ProcedureTimeoutDone(Event, frozen=True, kw_only=True, gc=False):
    """Everybody stopped and checked patient, procedure and site together."""

    TYPE: ClassVar[str] = 'procedure-timeout-done'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    patient_agrees: bool  # Whether two identifiers of the patient agree.
    procedure_agrees: bool  # Whether the procedure is the one that was consented to.
    site_agrees: bool  # Whether site and side agree with order and mark.
    pack_sterile: bool  # Whether packs are intact, dry and within their date.


class ProviderDelayed(Event, frozen=True, kw_only=True, gc=False):
    """A provider is behind and patients will wait longer."""

    TYPE: ClassVar[str] = 'provider-delayed'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('emergency', 'long_visit', 'late_start', 'called_away', 'other')}

    provider_id: str  # Provider; opaque.
    delay_min: int  # Expected delay.
    reason: str  # Why.


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


class QuestionAnswered(Event, frozen=True, kw_only=True, gc=False):
    """A question was answered."""

    TYPE: ClassVar[str] = 'question-answered'
    CASE: ClassVar[str] = 'call'
    AREA: ClassVar[str] = 'education'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'basis': ('approved_text', 'clinical')}

    question_event: str  # The question that was answered (event id).
    basis: str  # Whether it was read from the approved text, or is a licensed person's own answer.
    material_version: str | None = None  # Version of the approved text; null for an answer of a licensed person.


class QueueLimitExceeded(Event, frozen=True, kw_only=True, gc=False):
    """More patients wait than the clinic wants, or one waits longer."""

    TYPE: ClassVar[str] = 'queue-limit-exceeded'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'feed'

    waiting: int  # Patients who wait.
    longest_min: int  # Longest wait of them.
    limit: int  # Limit for the number of patients who wait.


class ReadyForProvider(Event, frozen=True, kw_only=True, gc=False):
    """The patient is prepared and can be seen."""

    TYPE: ClassVar[str] = 'ready-for-provider'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'


class RecallAcknowledged(Event, frozen=True, kw_only=True, gc=False):
    """A clinician has taken charge of the patients on whom instruments of a recalled load were used."""

    TYPE: ClassVar[str] = 'recall-acknowledged'
    CASE: ClassVar[str] = 'load'
    AREA: ClassVar[str] = 'sterile'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    load_id: str  # Load; opaque.


class RecallListPrepared(Event, frozen=True, kw_only=True, gc=False):
    """The patients on whom a recalled lot was used, by their visits and orders."""

    TYPE: ClassVar[str] = 'recall-list-prepared'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'derived'

    item_id: str  # Stock item; opaque.
    lot: str  # Lot.
    cases: list[str] = []  # Visits and orders in which the lot was used.
    perhaps: list[str] = []  # Visits and orders in which the item was used without a lot being told.
    complete: bool  # Whether all uses that were ever told are in it.


class RecordCompleted(Event, frozen=True, kw_only=True, gc=False):
    """Nothing is missing any more in the record of a visit."""

    TYPE: ClassVar[str] = 'record-completed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'derived'


class RecordGapFilled(Event, frozen=True, kw_only=True, gc=False):
    """What was missing in the record of a visit is there."""

    TYPE: ClassVar[str] = 'record-gap-filled'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'

    flag_event: str  # Event that found the gap.


class RecordGapFound(Event, frozen=True, kw_only=True, gc=False):
    """Something is missing in the record of a visit."""

    TYPE: ClassVar[str] = 'record-gap-found'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'gap': ('allergies', 'medications', 'history', 'vital_signs', 'consent', 'contact', 'document', 'other')}

    gap: str  # What is missing.


class RecordsReceiptConfirmed(Event, frozen=True, kw_only=True, gc=False):
    """The asker has the copies."""

    TYPE: ClassVar[str] = 'records-receipt-confirmed'
    CASE: ClassVar[str] = 'document'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'


class RecordsReleased(Event, frozen=True, kw_only=True, gc=False):
    """Copies of a record were handed out or sent."""

    TYPE: ClassVar[str] = 'records-released'
    CASE: ClassVar[str] = 'document'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'right': ('own_record', 'representative', 'authorisation', 'treatment', 'law', 'none'), 'channel': ('portal', 'post', 'in_person', 'secure_mail', 'unknown')}

    identity_checked: bool  # Whether it was checked who the asker is.
    right: str  # Why the asker may have it.
    channel: str  # How it went out.


class RecordsRequested(Event, frozen=True, kw_only=True, gc=False):
    """Somebody asks for copies of a record."""

    TYPE: ClassVar[str] = 'records-requested'
    CASE: ClassVar[str] = 'document'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'requester': ('patient', 'representative', 'provider', 'insurer', 'lawyer', 'authority', 'other')}

    requester: str  # Who asks.
    visit_case_id: str | None = None  # Visit from which it was asked; null if there is none.


class ReferralAccepted(Event, frozen=True, kw_only=True, gc=False):
    """The specialist takes the patient."""

    TYPE: ClassVar[str] = 'referral-accepted'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'feed'


class ReferralAttended(Event, frozen=True, kw_only=True, gc=False):
    """It is known whether the patient went to the specialist or the test."""

    TYPE: ClassVar[str] = 'referral-attended'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'

    attended: bool  # Whether the patient went.


class ReferralCancelled(Event, frozen=True, kw_only=True, gc=False):
    """The referral or the test is withdrawn."""

    TYPE: ClassVar[str] = 'referral-cancelled'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('ordered_in_error', 'patient_refused', 'not_needed', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class ReferralClosed(Event, frozen=True, kw_only=True, gc=False):
    """Nothing is left to do: the loop is closed."""

    TYPE: ClassVar[str] = 'referral-closed'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('report_reviewed', 'not_needed', 'other')}

    outcome: str  # How it ended.


class ReferralDecided(Event, frozen=True, kw_only=True, gc=False):
    """The prescriber decided how a referral or test that was declined or not authorised goes on."""

    TYPE: ClassVar[str] = 'referral-decided'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'decision': ('send_elsewhere', 'send_without_authorization', 'appeal', 'close', 'unknown')}

    decision: str  # The decision.
    note: str | None = None  # Free text of the person who recorded it.


class ReferralDeclined(Event, frozen=True, kw_only=True, gc=False):
    """The specialist does not take the patient."""

    TYPE: ClassVar[str] = 'referral-declined'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'feed'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('no_capacity', 'wrong_specialty', 'more_information', 'out_of_network', 'other')}

    reason: str  # Coded reason.
    note: str | None = None  # Free text of the person who recorded it.


class ReferralOrdered(Event, frozen=True, kw_only=True, gc=False):
    """The patient is to see a specialist elsewhere; the first event of its case."""

    TYPE: ClassVar[str] = 'referral-ordered'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'urgency': ('stat', 'urgent', 'routine'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    specialty: str  # Coded specialty.
    urgency: str  # How soon it must be sent: on the same day, within a day, within three days.
    reason_code: str  # Coded reason.
    attachments: list[str] = []  # Documents that go with it; opaque.
    auth_needed: bool  # Whether the payer wants to authorise it beforehand.
    visit_case_id: str | None = None  # Visit that it belongs to; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class ReferralReportReceived(Event, frozen=True, kw_only=True, gc=False):
    """The report of the specialist or of the test is here."""

    TYPE: ClassVar[str] = 'referral-report-received'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'feed'

    document_ref: str  # The document; opaque.


class ReferralScheduled(Event, frozen=True, kw_only=True, gc=False):
    """The patient has an appointment with the specialist."""

    TYPE: ClassVar[str] = 'referral-scheduled'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'feed'

    appointment_at: Micros  # When it begins: UTC, microseconds since 1970.


class ReferralSent(Event, frozen=True, kw_only=True, gc=False):
    """The referral went to the specialist."""

    TYPE: ClassVar[str] = 'referral-sent'
    CASE: ClassVar[str] = 'referral'
    AREA: ClassVar[str] = 'referral'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'channel': ('portal', 'direct_message', 'fax', 'mail', 'phone', 'unknown')}

    to: str  # Where it went; opaque.
    channel: str  # How it went.


class RefillApproved(Event, frozen=True, kw_only=True, gc=False):
    """The refill was approved."""

    TYPE: ClassVar[str] = 'refill-approved'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)

    note: str | None = None  # Free text of the person who recorded it.


class RefillCancelled(Event, frozen=True, kw_only=True, gc=False):
    """The refill request is withdrawn."""

    TYPE: ClassVar[str] = 'refill-cancelled'
    CASE: ClassVar[str] = 'refill'
    AREA: ClassVar[str] = 'refill'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('patient_request', 'duplicate', 'filled_elsewhere', 'asked_in_error', 'other')}

    reason: str  # Coded reason.
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
    OPENS: ClassVar[bool] = True
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


class RefundDue(Event, frozen=True, kw_only=True, gc=False):
    """The patient paid more than was asked for."""

    TYPE: ClassVar[str] = 'refund-due'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'derived'

    amount: str  # Amount to be paid back as exact decimal text in currency.
    currency: str  # Currency of amount (ISO 4217).


class ResultCommunicated(Event, frozen=True, kw_only=True, gc=False):
    """The patient was told the result."""

    TYPE: ClassVar[str] = 'result-communicated'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'how': ('in_person', 'phone', 'portal', 'letter', 'other')}

    how: str  # How it was told.
    by_script: bool  # Whether it was told by the clinic's script, without explaining it.


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


class ResultLookedAt(Event, frozen=True, kw_only=True, gc=False):
    """A nurse or a prescriber has looked at a result whose value could not be compared with the limits, and says whether it is critical."""

    TYPE: ClassVar[str] = 'result-looked-at'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id', 'actor_role')
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'system': ('loinc', 'local', 'unknown')}

    result_id: str  # Number that the laboratory gave to the result; opaque.
    result_event: str | None = None  # Event of the result.
    code: str  # Code of what was observed.
    system: str | None = None  # Code system of code.
    critical: bool  # Whether a prescriber must take charge of it now.
    note: str | None = None  # Free text of the person who recorded it.


class ResultReceived(Event, frozen=True, kw_only=True, gc=False):
    """A result came from the laboratory."""

    TYPE: ClassVar[str] = 'result-received'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'feed'
    OPENS: ClassVar[bool] = True
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


class RoomBlocked(Event, frozen=True, kw_only=True, gc=False):
    """The room may not be used for patients."""

    TYPE: ClassVar[str] = 'room-blocked'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('airborne', 'spill', 'fault', 'maintenance', 'pest', 'flood', 'other')}

    reason: str  # Why it may not be used.
    until: Micros | None = None  # Until when at least, UTC, microseconds since 1970; null if that is not known.


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


class RoomReady(Event, frozen=True, kw_only=True, gc=False):
    """The room is clean, nothing blocks it, the next patient may be brought there."""

    TYPE: ClassVar[str] = 'room-ready'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'derived'


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


class RoomUnblocked(Event, frozen=True, kw_only=True, gc=False):
    """What kept the room from being used is over."""

    TYPE: ClassVar[str] = 'room-unblocked'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('airborne', 'spill', 'fault', 'maintenance', 'pest', 'flood', 'other')}

    reason: str  # Which block is over; of two blocks for one reason, one of them.


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


class SafeguardingConcernReported(Event, frozen=True, kw_only=True, gc=False):
    """Somebody may be harmed or neglected by others; closely held."""

    TYPE: ClassVar[str] = 'safeguarding-concern-reported'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'concern': ('child', 'adult_at_risk', 'partner_violence', 'other')}

    visit_case_id: str | None = None  # The visit that it belongs to.
    concern: str  # What it is about.


class SampleDispensed(Event, frozen=True, kw_only=True, gc=False):
    """A sample of a medicine was handed out."""

    TYPE: ClassVar[str] = 'sample-dispensed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    quantity: str  # Quantity handed out, exact decimal text.
    quantity_unit: str  # UCUM unit or coded dose form of quantity.
    lot: str  # Lot.
    expires_at: Micros | None = None  # When the lot expires.
    label_ok: bool  # Whether the label has patient, drug, dose, how to take it and date.
    counselled_by: str | None = None  # Who explained it to the patient; opaque.


class ScopeExceeded(Event, frozen=True, kw_only=True, gc=False):
    """Somebody did what scope of practice does not allow them; it happened, but the task is not done by it."""

    TYPE: ClassVar[str] = 'scope-exceeded'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'derived'
    OPENS: ClassVar[bool] = True

    act_event: str  # Event that tells what was done.
    task_id: str  # Task that stays open.
    agent: str  # Agent that owns the task.
    task_case_id: str  # Case that the task is about.
    activity: str  # Activity of the task.
    staff_id: str  # Who did it; opaque.
    code: str  # Coded reason.
    scope_rule: str | None = None  # Rule of the scope of practice that says so, if it is one.


class ScreeningCompleted(Event, frozen=True, kw_only=True, gc=False):
    """A questionnaire was answered; the score is that of the instrument, nobody interprets it."""

    TYPE: ClassVar[str] = 'screening-completed'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'

    instrument: str  # Code of the instrument (LOINC).
    score: int | None = None  # Sum of the answers by the instrument; null if it has none.
    positive: bool | None = None  # Whether the score reaches the instrument's own limit; null if it has none.
    self_harm_item: int | None = None  # Answer to the item about harming oneself; null if the instrument has none.
    item_answers: list[str] = []  # Answers in the order of the items, by the codes of the instrument.


class ServiceOverdue(Event, frozen=True, kw_only=True, gc=False):
    """A service of the device is too late; it may not be used until that is done."""

    TYPE: ClassVar[str] = 'service-overdue'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'work': ('maintenance', 'calibration', 'biological_indicator')}

    asset_id: str  # Device; opaque.
    work: str  # Which service is too late.


class SharpsContainerFilled(Event, frozen=True, kw_only=True, gc=False):
    """A sharps container has reached its line."""

    TYPE: ClassVar[str] = 'sharps-container-filled'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'fill': ('three_quarters', 'overfilled')}

    asset_id: str  # Container; opaque.
    fill: str  # How full it is.
    room_id: str | None = None  # Room in which it is; opaque. Null if not known.


class SharpsInjuryReported(Event, frozen=True, kw_only=True, gc=False):
    """Somebody of the staff was hurt by a sharp; the first event of its case. Neither patient nor test results are in it."""

    TYPE: ClassVar[str] = 'sharps-injury-reported'
    CASE: ClassVar[str] = 'incident'
    AREA: ClassVar[str] = 'safety'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'device': ('hollow_needle', 'suture_needle', 'lancet', 'scalpel', 'glass', 'other')}

    injured_staff: str  # Who was hurt; opaque.
    device: str  # What hurt.
    used: bool  # Whether it had been used on a patient.
    source_known: bool | None = None  # Whether it is known on whom it had been used; null if not asked.
    room_id: str | None = None  # Room in which it happened; opaque. Null if not known.


class ShiftEnded(Event, frozen=True, kw_only=True, gc=False):
    """Somebody ended a shift."""

    TYPE: ClassVar[str] = 'shift-ended'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Who ended; opaque.
    open_tasks: int  # Tasks that the person still holds.


class ShiftHandoverAccepted(Event, frozen=True, kw_only=True, gc=False):
    """The colleague has read the sheet and takes over."""

    TYPE: ClassVar[str] = 'shift-handover-accepted'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    staff_id: str  # Who handed over; opaque.
    offer_event: str  # The offer that is accepted.


class ShiftHandoverOffered(Event, frozen=True, kw_only=True, gc=False):
    """Somebody hands the open tasks of a shift to a colleague, by a sheet made from them."""

    TYPE: ClassVar[str] = 'shift-handover-offered'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)

    staff_id: str  # Who hands over; opaque.
    to_staff: str  # Who is to take over; opaque.
    task_ids: list[str] = []  # The tasks of the sheet, in its order.
    note: str | None = None  # What the colleague should know.


class ShiftStarted(Event, frozen=True, kw_only=True, gc=False):
    """Somebody began a shift."""

    TYPE: ClassVar[str] = 'shift-started'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Who began; opaque.
    trainee: bool | None = None  # Whether the person is still learning the work.
    preceptor_id: str | None = None  # Who guides the trainee on this shift; opaque.


class SlotFilled(Event, frozen=True, kw_only=True, gc=False):
    """Another patient took the free time."""

    TYPE: ClassVar[str] = 'slot-filled'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'

    filled_case_id: str | None = None  # Appointment that has the time now; null if not known.


class SlotReleased(Event, frozen=True, kw_only=True, gc=False):
    """The time of an appointment is free again."""

    TYPE: ClassVar[str] = 'slot-released'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'derived'

    start: Micros  # When the free time begins.


class SpecimenAtRisk(Event, frozen=True, kw_only=True, gc=False):
    """The specimen was not prepared within the limit of its tube; the laboratory says whether it can use it."""

    TYPE: ClassVar[str] = 'specimen-at-risk'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('late', 'not_clotted', 'other')}

    specimen_id: str | None = None  # Specimen; opaque. Null if it is not known which.
    reason: str  # Why it may be of no use.


class SpecimenCollected(Event, frozen=True, kw_only=True, gc=False):
    """The specimen was taken."""

    TYPE: ClassVar[str] = 'specimen-collected'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'preparation': ('none', 'clot_and_spin', 'spin', 'other')}

    specimen_id: str  # Specimen; opaque.
    specimen_type: str | None = None  # Coded type of specimen.
    site: str | None = None  # Coded site of the body.
    tubes: int | None = None  # Number of tubes or containers.
    two_ids_checked: bool  # Whether two patient identifiers were checked.
    preparation: str | None = None  # What it needs before it may go; null is handled as nothing.


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


class SpecimenPrepared(Event, frozen=True, kw_only=True, gc=False):
    """The specimen was prepared for its test (clotted, spun, parted) and is ready to go."""

    TYPE: ClassVar[str] = 'specimen-prepared'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'lab'
    BY: ClassVar[str] = 'person'

    specimen_id: str  # Specimen; opaque.
    clot_minutes: int | None = None  # Minutes for which it clotted before it was spun; null if it did not have to.


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


class SpillCleaned(Event, frozen=True, kw_only=True, gc=False):
    """What was spilt is gone and the place is disinfected."""

    TYPE: ClassVar[str] = 'spill-cleaned'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)


class SpillReported(Event, frozen=True, kw_only=True, gc=False):
    """Something was spilt in the room."""

    TYPE: ClassVar[str] = 'spill-reported'
    CASE: ClassVar[str] = 'room'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'what': ('water', 'blood_or_body_fluid', 'chemical', 'medicine', 'cytotoxic_or_mercury')}

    what: str  # What was spilt.
    large: bool  # Whether it is more than one person can wipe up at once.


class SpirometryRecorded(Event, frozen=True, kw_only=True, gc=False):
    """Breathing was measured."""

    TYPE: ClassVar[str] = 'spirometry-recorded'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'fev1': ('L', 2), 'fvc': ('L', 2)}

    fev1: int  # Air breathed out in the first second, best of the attempts; litres (L).
    fvc: int  # Air breathed out in all, best of the attempts; litres (L).
    attempts: int | None = None  # How many attempts were usable.
    device_id: str | None = None  # Device that was used; opaque.
    device_calibrated_until: Micros | None = None  # Until when the device's calibration holds: UTC, microseconds since 1970; null if not known.
    device_faulty: bool | None = None  # Whether the device was reported as faulty; null is handled as no.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.


class StaffRoleChanged(Event, frozen=True, kw_only=True, gc=False):
    """Somebody has another role, or leads from now on, or no more."""

    TYPE: ClassVar[str] = 'staff-role-changed'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    STAMPED: ClassVar[tuple[str, ...]] = ('previous_role',)

    staff_id: str  # Whose role it is; opaque.
    new_role: str  # The role from now on, by its code.
    leads: bool  # Whether the person leads the clinic's team from now on.
    previous_role: str | None = None  # The role by the bundle when it was told; once the bundle says another, the bundle is believed.


class StaffUnavailable(Event, frozen=True, kw_only=True, gc=False):
    """Somebody cannot work on; the open tasks go to others."""

    TYPE: ClassVar[str] = 'staff-unavailable'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('ill', 'emergency', 'called_away', 'late', 'other')}

    staff_id: str  # Who is away; opaque.
    reason: str  # Why, as a code.
    until: Micros | None = None  # Until when, as far as known: UTC, microseconds since 1970.


class StandingOrderApplied(Event, frozen=True, kw_only=True, gc=False):
    """Work was begun by a standing order of a prescriber, without an order for this patient alone."""

    TYPE: ClassVar[str] = 'standing-order-applied'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    REQUIRES: ClassVar[tuple[str, ...]] = ('patient_id', 'actor_id')

    visit_case_id: str | None = None  # The visit that it belongs to.
    standing_order: str  # Which standing order, by its id.


class StatementSent(Event, frozen=True, kw_only=True, gc=False):
    """The patient was told what is to be paid."""

    TYPE: ClassVar[str] = 'statement-sent'
    CASE: ClassVar[str] = 'claim'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'terms': ('net_14', 'net_30', 'net_60')}

    amount: str  # Amount that is open now, as exact decimal text in currency.
    currency: str  # Currency of amount (ISO 4217).
    terms: str  # When it is due.
    visit_case_id: str | None = None  # Visit that it is about; null if there is none.


class StockCleared(Event, frozen=True, kw_only=True, gc=False):
    """What is to become of a lot that was set apart, after its maker was asked."""

    TYPE: ClassVar[str] = 'stock-cleared'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'decision': ('use', 'discard')}

    item_id: str  # Stock item; opaque.
    lot: str  # Lot.
    decision: str  # Whether it is used or thrown away.


class StockCounted(Event, frozen=True, kw_only=True, gc=False):
    """The stock of an item was counted."""

    TYPE: ClassVar[str] = 'stock-counted'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'person'

    item_id: str  # Stock item; opaque.
    quantity: int  # Pieces that are there.


class StockLow(Event, frozen=True, kw_only=True, gc=False):
    """The stock of an item is at the level at which it is ordered, or below."""

    TYPE: ClassVar[str] = 'stock-low'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'feed'

    item_id: str  # Stock item; opaque.
    quantity: int | None = None  # Pieces that are there; null if not known.
    par: int | None = None  # Level at which it is ordered; null if not known.


class StockOrdered(Event, frozen=True, kw_only=True, gc=False):
    """An item was ordered from its supplier."""

    TYPE: ClassVar[str] = 'stock-ordered'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'person'

    item_id: str  # Stock item; opaque.
    quantity: int  # Pieces ordered.
    order_number: str | None = None  # Number of the order; opaque.


class StockQuarantined(Event, frozen=True, kw_only=True, gc=False):
    """A lot is set apart, neither used nor thrown away, until it is known whether it is good."""

    TYPE: ClassVar[str] = 'stock-quarantined'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('temperature', 'cold_chain')}

    item_id: str  # Stock item; opaque.
    lot: str  # Lot.
    reason: str  # Why.


class StockReceived(Event, frozen=True, kw_only=True, gc=False):
    """A delivery of an item has come."""

    TYPE: ClassVar[str] = 'stock-received'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'cold_chain': ('not_needed', 'kept', 'unknown', 'broken')}

    item_id: str  # Stock item; opaque.
    lot: str  # Lot.
    quantity: int  # Pieces received.
    expires_at: Micros | None = None  # When the lot expires, UTC, microseconds since 1970; null if it does not.
    cold_chain: str  # Whether it was kept cold on its way.
    stored_in: str | None = None  # Fridge or freezer in which it is kept; opaque. Null if none.


class StockStored(Event, frozen=True, kw_only=True, gc=False):
    """A lot of an item is kept in the fridge."""

    TYPE: ClassVar[str] = 'stock-stored'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'derived'

    asset_id: str  # Fridge or freezer; opaque.
    item_id: str  # Stock item; opaque.
    lot: str  # Lot.


class StressTestPrepared(Event, frozen=True, kw_only=True, gc=False):
    """Room, device and patient are ready for an exercise test."""

    TYPE: ClassVar[str] = 'stress-test-prepared'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    device_checked: bool  # Whether recorder, pressure cuff and treadmill were checked.
    emergency_ready: bool  # Whether defibrillator and emergency drugs are in the room.
    fasting_confirmed: bool | None = None  # Whether the patient kept to the instructions; null if not asked.
    device_id: str | None = None  # Device that was used; opaque.
    device_calibrated_until: Micros | None = None  # Until when the device's calibration holds: UTC, microseconds since 1970; null if not known.
    device_faulty: bool | None = None  # Whether the device was reported as faulty; null is handled as no.


class SupervisedActPerformed(Event, frozen=True, kw_only=True, gc=False):
    """A trainee did something under a preceptor's eyes; it counts when the preceptor has signed."""

    TYPE: ClassVar[str] = 'supervised-act-performed'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    staff_id: str  # Who learns; opaque.
    credential: str  # Tag of the credential that the act counts for, as the bundle names it.
    preceptor_id: str | None = None  # Who watched; opaque.
    task_id: str | None = None  # Task that waits for the signature, if the act was one.
    task_agent: str | None = None  # Agent that owns that task.
    task_case_id: str | None = None  # Case that that task is about.


class SupervisorLeft(Event, frozen=True, kw_only=True, gc=False):
    """A supervisor has left the site."""

    TYPE: ClassVar[str] = 'supervisor-left'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    supervisor_id: str  # Who left; opaque.
    others_on_site: bool  # Whether another supervisor is on site.


class SupervisorOnSite(Event, frozen=True, kw_only=True, gc=False):
    """A supervisor is on site from now on."""

    TYPE: ClassVar[str] = 'supervisor-on-site'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    supervisor_id: str  # Who came; opaque.


class SupplyUsed(Event, frozen=True, kw_only=True, gc=False):
    """Something of the stock was used."""

    TYPE: ClassVar[str] = 'supply-used'
    CASE: ClassVar[str] = 'stock'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'person'

    item_id: str  # Stock item; opaque.
    lot: str | None = None  # Lot; null if not known.
    quantity: int  # Pieces used.
    used_in_case_id: str | None = None  # Visit or order of the patient on whom it was used; null if there is none.


class SutureRemovalOrdered(Event, frozen=True, kw_only=True, gc=False):
    """Stitches or staples are to be taken out; the first event of its case."""

    TYPE: ClassVar[str] = 'suture-removal-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'side': ('left', 'right', 'both', 'midline', 'unknown'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    placed: int  # How many were placed.
    site: str | None = None  # Coded site of the body.
    side: str | None = None  # Side of the body.
    due_at: Micros  # When they are to come out: UTC, microseconds since 1970.
    booked: bool | None = None  # Whether a visit is booked for it; null is handled as no.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


class SuturesRemoved(Event, frozen=True, kw_only=True, gc=False):
    """Stitches or staples were taken out and counted."""

    TYPE: ClassVar[str] = 'sutures-removed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    removed: int  # How many were taken out.
    wound_closed: bool  # Whether the wound stays closed.


class SymptomsRecorded(Event, frozen=True, kw_only=True, gc=False):
    """The patient's complaint and symptoms were written down as told. Nothing is interpreted."""

    TYPE: ClassVar[str] = 'symptoms-recorded'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'rooming'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('complaint',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'complaint_system': ('snomed', 'icd10', 'icpc2', 'local', 'unknown')}

    complaint: str | None = None  # Complaint in the patient's own words.
    complaint_code: str | None = None  # Code of the complaint; null if it has none.
    complaint_system: str | None = None  # Code system of complaint_code.
    onset_at: Micros | None = None  # When it began: UTC, microseconds since 1970; null if not known.
    pain: int | None = None  # Pain as the patient tells it, from 0 to 10.
    red_flags: list[str] = []  # Red-flag symptoms answered with yes: chest_pain, breathing_trouble, face_arm_speech, new_confusion, fainting, seizure, heavy_bleeding, throat_swelling, severe_headache_pregnant, self_harm_thoughts.
    red_flags_denied: list[str] = []  # Those answered with no, by the same codes.
    emergency_number_called: bool | None = None  # Whether an ambulance was called already; null if not known.


class TakingsRecorded(Event, frozen=True, kw_only=True, gc=False):
    """Money of a visit or a claim came in at this clinic."""

    TYPE: ClassVar[str] = 'takings-recorded'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'revenue'
    BY: ClassVar[str] = 'derived'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'method': ('cash', 'card', 'transfer', 'check', 'unknown')}

    amount: str  # Amount as exact decimal text in currency.
    currency: str  # Currency of amount (ISO 4217).
    method: str  # How it came.


class TaskClaimRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks to take the task."""

    TYPE: ClassVar[str] = 'task-claim-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead', 'open_weight', 'break_overdue', 'on_break', 'credentials_ending', 'supervisors')

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    open_weight: int | None = None  # Weighted count of the open tasks that the actor holds at the clinic.
    break_overdue: bool | None = None  # Whether the actor has worked longer without a break than the clinic allows.
    on_break: bool | None = None  # Whether the actor was on a break.
    credentials_ending: list[str] = []  # Credential tags of the actor that end before the task is due.
    supervisors: list[SiteSupervisor] = []  # Who of the roles that supervise was on site beside who asks, in the order in which they are named as supervisor.


class TaskCompletionRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks that the task be counted as done."""

    TYPE: ClassVar[str] = 'task-completion-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead', 'supervisors')

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
    supervisors: list[SiteSupervisor] = []  # Who of the roles that supervise was on site beside who asks, in the order in which they are named as supervisor.


class TaskCosigned(Event, frozen=True, kw_only=True, gc=False):
    """A preceptor has signed what a trainee did, so the task counts as done."""

    TYPE: ClassVar[str] = 'task-cosigned'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'derived'

    task_id: str  # Task that waited for the signature.
    agent: str  # Agent that owns the task.
    act_event: str  # The act that was signed.
    signed_by: str  # Who signed; opaque.


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
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead', 'to_role', 'to_credentials', 'to_on_shift', 'to_languages', 'to_clinic_assigned', 'to_open_weight', 'to_break_overdue', 'to_on_break', 'to_credentials_ending', 'supervisors')
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
    to_open_weight: int | None = None  # Weighted count of the open tasks that that person holds at the clinic.
    to_break_overdue: bool | None = None  # Whether that person has worked longer without a break than the clinic allows.
    to_on_break: bool | None = None  # Whether that person was on a break.
    to_credentials_ending: list[str] = []  # Credential tags of that person that end before the task is due.
    supervisors: list[SiteSupervisor] = []  # Who of the roles that supervise was on site beside who is to do the task, in the order in which they are named as supervisor.


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


class TaskPermissionChecked(Event, frozen=True, kw_only=True, gc=False):
    """What is known now of who holds a task and of who is on site, for the owning agent to decide again."""

    TYPE: ClassVar[str] = 'task-permission-checked'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'timer'

    task_id: str  # Task that is looked at again.
    agent: str  # Agent that owns the task.
    holder: str | None = None  # Who held it; opaque. Null when nobody did.
    holder_role: str | None = None  # Role of the holder; null for somebody whom the bundle does not know.
    holder_credentials: list[str] = []  # Credential tags of the holder that count.
    holder_on_shift: bool  # Whether the holder was on shift.
    holder_lead: bool  # Whether the holder may act for others at the clinic.
    on_site_supervisors: list[str] = []  # Roles of the others who were on site.
    supervisors: list[SiteSupervisor] = []  # Who of the roles that supervise was on site beside the holder, in the order in which they are named as supervisor.


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
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead', 'supervisors')

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    supervisors: list[SiteSupervisor] = []  # Who of the roles that supervise was on site beside who asks, in the order in which they are named as supervisor.


class TaskStartRequested(Event, frozen=True, kw_only=True, gc=False):
    """A person asks to begin the task."""

    TYPE: ClassVar[str] = 'task-start-requested'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'task'
    BY: ClassVar[str] = 'person'
    STAMPED: ClassVar[tuple[str, ...]] = ('on_shift', 'on_site_supervisors', 'staff_languages', 'jurisdiction', 'clinic_assigned', 'lead', 'open_weight', 'break_overdue', 'on_break', 'supervisors')

    task_id: str  # Task that is asked about.
    agent: str  # Agent that owns the task.
    on_shift: bool  # Whether the actor was on shift.
    on_site_supervisors: list[str] = []  # Roles of the supervisors who were on site.
    staff_languages: list[str] = []  # Languages of the actor (BCP 47).
    jurisdiction: str | None = None  # Jurisdiction of the clinic, for example US-CA.
    clinic_assigned: bool  # Whether the actor is assigned to the clinic.
    lead: bool  # Whether the actor may act for others at the clinic.
    open_weight: int | None = None  # Weighted count of the open tasks that the actor holds at the clinic.
    break_overdue: bool | None = None  # Whether the actor has worked longer without a break than the clinic allows.
    on_break: bool | None = None  # Whether the actor was on a break.
    supervisors: list[SiteSupervisor] = []  # Who of the roles that supervise was on site beside who asks, in the order in which they are named as supervisor.


class TaskStopped(Event, frozen=True, kw_only=True, gc=False):
    """Work that was begun was put on hold, as who holds it may not go on with it now."""

    TYPE: ClassVar[str] = 'task-stopped'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'derived'
    OPENS: ClassVar[bool] = True

    task_id: str  # Task that is on hold.
    agent: str  # Agent that owns the task.
    task_case_id: str  # Case that the task is about.
    activity: str  # Activity of the task.
    staff_id: str  # Who holds it; opaque.
    code: str  # Coded reason.
    scope_rule: str | None = None  # Rule of the scope of practice that says so, if it is one.


class TeachBackFailed(Event, frozen=True, kw_only=True, gc=False):
    """The patient could not say back or show what was taught."""

    TYPE: ClassVar[str] = 'teach-back-failed'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'education'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'reason': ('not_understood', 'not_shown', 'language', 'hearing_or_sight', 'unwell', 'other')}

    reason: str  # Coded reason.


class TemperatureExcursion(Event, frozen=True, kw_only=True, gc=False):
    """A fridge or freezer was warmer or colder than what is kept in it may be."""

    TYPE: ClassVar[str] = 'temperature-excursion'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'feed'
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'lowest': ('Cel', 1), 'highest': ('Cel', 1)}

    asset_id: str  # Fridge or freezer; opaque.
    lowest: int | None = None  # Lowest temperature in tenths of Cel; null if not known.
    highest: int | None = None  # Highest temperature in tenths of Cel; null if not known.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.


class TemperatureLogged(Event, frozen=True, kw_only=True, gc=False):
    """The lowest and the highest temperature since the last reading."""

    TYPE: ClassVar[str] = 'temperature-logged'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'supply'
    BY: ClassVar[str] = 'feed'
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'lowest': ('Cel', 1), 'highest': ('Cel', 1)}
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'storage': ('freezer', 'ultra_cold', 'room', 'fridge')}

    asset_id: str  # Fridge or freezer; opaque.
    storage: str  # What it is.
    lowest: int  # Lowest temperature in tenths of Cel.
    highest: int  # Highest temperature in tenths of Cel.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.


class TicketIssued(Event, frozen=True, kw_only=True, gc=False):
    """The patient got the code that stands for them on public screens."""

    TYPE: ClassVar[str] = 'ticket-issued'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

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


class TonometryRecorded(Event, frozen=True, kw_only=True, gc=False):
    """The pressure of the eyes was measured."""

    TYPE: ClassVar[str] = 'tonometry-recorded'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    right: int | None = None  # Pressure of the right eye; null if not measured.
    left: int | None = None  # Pressure of the left eye; null if not measured.
    device_id: str | None = None  # Device that was used; opaque.
    device_calibrated_until: Micros | None = None  # Until when the device's calibration holds: UTC, microseconds since 1970; null if not known.
    device_faulty: bool | None = None  # Whether the device was reported as faulty; null is handled as no.


class UnmatchedReceived(Event, frozen=True, kw_only=True, gc=False):
    """A message could not be matched to a patient or case: the front desk must look."""

    TYPE: ClassVar[str] = 'unmatched-received'
    CASE: ClassVar[str] = 'unmatched'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'feed'
    OPENS: ClassVar[bool] = True

    identifier_kind: str  # Kind of identifier that was not found.
    message_ref: str  # Reference of the stored message; opaque.


class UnmatchedResolved(Event, frozen=True, kw_only=True, gc=False):
    """Somebody said which case the message belongs to."""

    TYPE: ClassVar[str] = 'unmatched-resolved'
    CASE: ClassVar[str] = 'unmatched'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'person'

    resolved_case_id: str  # Case that the message belongs to.


class VaccineAdministered(Event, frozen=True, kw_only=True, gc=False):
    """A vaccine was given."""

    TYPE: ClassVar[str] = 'vaccine-administered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)

    vaccine_code: str  # Vaccine (CVX).
    manufacturer_code: str | None = None  # Manufacturer (MVX).
    lot: str  # Lot.
    expires_at: Micros | None = None  # When the lot expires.
    site: str | None = None  # Coded site of the body.
    dose_number: int | None = None  # Which dose of the series.
    statement_edition: str | None = None  # Edition date of the vaccine information statement (ISO date).
    statement_given_on: str | None = None  # Local date on which the statement was given (ISO date); null if it was not.
    administrator_title: str | None = None  # Title of who gave it.


class VaccineOrdered(Event, frozen=True, kw_only=True, gc=False):
    """A vaccine was ordered; the first event of its case. Told again by a prescriber it answers a hold."""

    TYPE: ClassVar[str] = 'vaccine-ordered'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'priority': ('routine', 'urgent', 'asap', 'stat'), 'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    order_number: str  # Number that the orderer gave to the order; opaque.
    vaccine_code: str  # Vaccine (CVX).
    dose_number: int | None = None  # Which dose of the series.
    standing_order_id: str | None = None  # Standing order by which it was ordered; null if a prescriber ordered it.
    observe_minutes: int | None = None  # Minutes for which the patient is observed after it; null for what is usual.
    priority: str  # Priority of the order.
    visit_case_id: str | None = None  # Visit during which it was ordered; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.
    pregnant: bool | None = None  # Whether the patient is pregnant; null if not known.


class VaccineScreened(Event, frozen=True, kw_only=True, gc=False):
    """The screening questions before a vaccine were asked, or a licensed person judged the answers."""

    TYPE: ClassVar[str] = 'vaccine-screened'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('all_no', 'cleared', 'yes_answered')}

    outcome: str  # What the questions gave.
    answered_yes: list[str] = []  # Coded questions that were answered with yes.


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


class VisitReopened(Event, frozen=True, kw_only=True, gc=False):
    """The check-out of the visit that this case belongs to was reversed, the patient is in the clinic again."""

    TYPE: ClassVar[str] = 'visit-reopened'
    CASE: ClassVar[str] = 'any'
    AREA: ClassVar[str] = 'records'
    BY: ClassVar[str] = 'derived'

    visit_case_id: str  # Visit that is open again.


class VisualAcuityMeasured(Event, frozen=True, kw_only=True, gc=False):
    """How well each eye sees was measured."""

    TYPE: ClassVar[str] = 'visual-acuity-measured'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'

    right: str | None = None  # Right eye, as fraction at the usual distance, such as 20/40 or 6/12; null if not measured.
    left: str | None = None  # Left eye, as fraction at the usual distance, such as 20/40 or 6/12; null if not measured.
    corrected: bool | None = None  # Whether with glasses or lenses.
    sudden_loss: bool  # Whether the patient says that sight was lost suddenly, exactly as answered.


class VisualFieldDone(Event, frozen=True, kw_only=True, gc=False):
    """The field of vision was tested."""

    TYPE: ClassVar[str] = 'visual-field-done'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'eyes': ('left', 'right', 'both', 'midline', 'unknown')}

    eyes: str  # Which eyes.
    reliable: bool | None = None  # Whether the device calls the test reliable.
    result_ref: str | None = None  # Where the result is kept; opaque.
    device_id: str | None = None  # Device that was used; opaque.
    device_calibrated_until: Micros | None = None  # Until when the device's calibration holds: UTC, microseconds since 1970; null if not known.
    device_faulty: bool | None = None  # Whether the device was reported as faulty; null is handled as no.


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
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'systolic': ('mm[Hg]', 0), 'diastolic': ('mm[Hg]', 0), 'heart_rate': ('/min', 0), 'resp_rate': ('/min', 0), 'spo2': ('%', 0), 'o2_flow': ('L/min', 1), 'temp': ('Cel', 1), 'weight': ('kg', 3), 'height': ('cm', 1), 'head_circ': ('cm', 1), 'pain': ('{score}', 0), 'glucose': ('mg/dL', 1), 'last_weight': ('kg', 3), 'last_height': ('cm', 1)}
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
    last_weight: int | None = None  # Weight at the visit before, as the record has it, in thousandths of kg; null if not known.
    last_height: int | None = None  # Height at the visit before, as the record has it, in tenths of cm; null if not known.
    retake_of: str | None = None  # Event of the measurement that this one repeats.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.
    note: str | None = None  # Free text of the person who recorded it.


class WaitEstimatePublished(Event, frozen=True, kw_only=True, gc=False):
    """How long patients may have to wait, as screens show it."""

    TYPE: ClassVar[str] = 'wait-estimate-published'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'feed'
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'method': ('les', 'hol', 'rcs', 'ql', 'quantile', 'other')}

    p50_min: int  # Half of the patients wait no longer.
    p90_min: int  # Nine of ten patients wait no longer.
    method: str  # How it was estimated.
    n_ahead: int  # Patients ahead.


class WaitEstimateWithdrawn(Event, frozen=True, kw_only=True, gc=False):
    """The last estimate is too old; screens say please ask."""

    TYPE: ClassVar[str] = 'wait-estimate-withdrawn'
    CASE: ClassVar[str] = 'clinic'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'derived'

    age_min: int  # Age of the estimate that no longer holds.


class WaitlistJoined(Event, frozen=True, kw_only=True, gc=False):
    """The patient would take an earlier time."""

    TYPE: ClassVar[str] = 'waitlist-joined'
    CASE: ClassVar[str] = 'appointment'
    AREA: ClassVar[str] = 'scheduling'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    window_from: Micros | None = None  # Earliest time that suits the patient; null if any.
    window_to: Micros | None = None  # Latest time that suits the patient; null if any.
    text_consent: bool  # Whether the patient agreed to be asked by text message.


class WalkInRegistered(Event, frozen=True, kw_only=True, gc=False):
    """A patient without an appointment asks to be seen."""

    TYPE: ClassVar[str] = 'walk-in-registered'
    CASE: ClassVar[str] = 'visit'
    AREA: ClassVar[str] = 'arrival'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True

    reason: str  # Coded reason for the visit, as the patient said it.
    red_flag: bool  # Whether the patient said yes to a question of the site's red-flag list.


class WasteCollected(Event, frozen=True, kw_only=True, gc=False):
    """The carrier has taken the container away."""

    TYPE: ClassVar[str] = 'waste-collected'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'

    asset_id: str  # Container; opaque.
    manifest_number: str  # Number of the consignment note; opaque.


class WastePacked(Event, frozen=True, kw_only=True, gc=False):
    """A container of waste is closed and ready for collection."""

    TYPE: ClassVar[str] = 'waste-packed'
    CASE: ClassVar[str] = 'asset'
    AREA: ClassVar[str] = 'facility'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'waste': ('sharps', 'infectious', 'pharmaceutical', 'cytotoxic', 'chemical', 'other')}

    asset_id: str  # Container; opaque.
    waste: str  # Kind of waste.
    labelled: bool  # Whether it carries the label that its kind needs.


class WeightMeasured(Event, frozen=True, kw_only=True, gc=False):
    """The patient of an order whose dose goes by weight was weighed during the visit that it belongs to."""

    TYPE: ClassVar[str] = 'weight-measured'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'meds'
    BY: ClassVar[str] = 'derived'
    REQUIRES: ClassVar[tuple[str, ...]] = ('caused_by',)
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {'weight': ('kg', 3)}

    weight: int  # Body weight in thousandths of kg, as it was measured.
    measured_at: Micros  # When it was measured (UTC, microseconds).
    vitals_event: str  # The measurement, an event of the visit.
    visit_case_id: str  # Visit during which it was measured.
    originals: list[Original] = []  # Quantities that were sent in another unit, as they were sent.


class WorkloadEased(Event, frozen=True, kw_only=True, gc=False):
    """No limit of somebody's workload was passed again for a day."""

    TYPE: ClassVar[str] = 'workload-eased'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'derived'

    staff_id: str  # Who has less to do; opaque.


class WorkloadThresholdExceeded(Event, frozen=True, kw_only=True, gc=False):
    """Somebody holds too much work, or has worked too long without a break."""

    TYPE: ClassVar[str] = 'workload-threshold-exceeded'
    CASE: ClassVar[str] = 'staff'
    AREA: ClassVar[str] = 'staff'
    BY: ClassVar[str] = 'derived'
    OPENS: ClassVar[bool] = True
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'limit': ('open_tasks', 'no_break', 'other')}

    staff_id: str  # Who has too much; opaque.
    limit: str  # Which limit was passed.


class WoundChecked(Event, frozen=True, kw_only=True, gc=False):
    """A nurse or a prescriber has looked at the wound."""

    TYPE: ClassVar[str] = 'wound-checked'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    REQUIRES: ClassVar[tuple[str, ...]] = ('actor_id',)
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'outcome': ('no_action', 'prescriber_needed', 'other')}

    outcome: str  # What follows from it.
    note: str | None = None  # What was found.


class WoundConcernReported(Event, frozen=True, kw_only=True, gc=False):
    """Somebody saw a sign at a wound that a nurse must look at."""

    TYPE: ClassVar[str] = 'wound-concern-reported'
    CASE: ClassVar[str] = 'order'
    AREA: ClassVar[str] = 'procedures'
    BY: ClassVar[str] = 'person'
    OPENS: ClassVar[bool] = True
    PERSONAL: ClassVar[tuple[str, ...]] = ('note',)
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {'patient_age_unit': ('d', 'mo', 'a', 'unknown')}

    signs: list[str] = []  # Signs as seen: redness, pus, fever, open, pain, bleeding, odour, other.
    photo_ref: str | None = None  # Where a photograph is kept; opaque.
    note: str | None = None  # What was seen.
    visit_case_id: str | None = None  # Visit during which it is done; null if there is none.
    patient_age: int | None = None  # Age in completed units of patient_age_unit: days below 28 d, months below 16 a, else years.
    patient_age_unit: str | None = None  # Unit of patient_age.
    patient_language: str | None = None  # Language of the patient (BCP 47).
    visit_type: str | None = None  # Coded kind of visit.


EVENT_TYPES: dict[str, type[Event]] = {
    'act-cosigned': ActCosigned,
    'adverse-reaction-reported': AdverseReactionReported,
    'after-visit-summary-given': AfterVisitSummaryGiven,
    'aggressive-behaviour-reported': AggressiveBehaviourReported,
    'air-time-over': AirTimeOver,
    'allergies-reviewed': AllergiesReviewed,
    'appointment-booked': AppointmentBooked,
    'appointment-cancelled': AppointmentCancelled,
    'appointment-confirmed': AppointmentConfirmed,
    'appointment-modified': AppointmentModified,
    'appointment-no-show': AppointmentNoShow,
    'appointment-reminder-sent': AppointmentReminderSent,
    'appointment-requested': AppointmentRequested,
    'appointment-rescheduled': AppointmentRescheduled,
    'autoclave-load-completed': AutoclaveLoadCompleted,
    'autoclave-load-started': AutoclaveLoadStarted,
    'autoclave-tested': AutoclaveTested,
    'autoclave-used': AutoclaveUsed,
    'bi-incubated': BiIncubated,
    'bi-overdue': BiOverdue,
    'bi-result-recorded': BiResultRecorded,
    'biopsy-collected': BiopsyCollected,
    'breach-notified': BreachNotified,
    'break-ended': BreakEnded,
    'break-started': BreakStarted,
    'budget-variance-flagged': BudgetVarianceFlagged,
    'bundle-migrated': BundleMigrated,
    'calibrated': Calibrated,
    'case-closed': CaseClosed,
    'case-merged': CaseMerged,
    'case-opened': CaseOpened,
    'cash-counted': CashCounted,
    'chaperone-joined': ChaperoneJoined,
    'chaperone-requested': ChaperoneRequested,
    'checked-in': CheckedIn,
    'checked-out': CheckedOut,
    'checkout-reversed': CheckoutReversed,
    'claim-appealed': ClaimAppealed,
    'claim-created': ClaimCreated,
    'claim-denied': ClaimDenied,
    'claim-paid': ClaimPaid,
    'claim-rejected': ClaimRejected,
    'claim-submitted': ClaimSubmitted,
    'clinic-day-opened': ClinicDayOpened,
    'clinical-question-raised': ClinicalQuestionRaised,
    'coding-proposed': CodingProposed,
    'coding-query-answered': CodingQueryAnswered,
    'coding-query-raised': CodingQueryRaised,
    'collection-failed': CollectionFailed,
    'competency-signed': CompetencySigned,
    'complaint-acknowledged': ComplaintAcknowledged,
    'complaint-received': ComplaintReceived,
    'complaint-resolved': ComplaintResolved,
    'concerns-acknowledged': ConcernsAcknowledged,
    'consent-refused': ConsentRefused,
    'consent-signed': ConsentSigned,
    'controlled-count-completed': ControlledCountCompleted,
    'controlled-count-mismatch': ControlledCountMismatch,
    'copay-collected': CopayCollected,
    'course-assigned': CourseAssigned,
    'credential-expired': CredentialExpired,
    'credential-expiring': CredentialExpiring,
    'credential-granted': CredentialGranted,
    'credential-revoked': CredentialRevoked,
    'critical-result-acknowledged': CriticalResultAcknowledged,
    'critical-result-received': CriticalResultReceived,
    'critical-vitals-acknowledged': CriticalVitalsAcknowledged,
    'day-closed': DayClosed,
    'demographics-updated': DemographicsUpdated,
    'diagnostic-test-ordered': DiagnosticTestOrdered,
    'difficult-encounter-reported': DifficultEncounterReported,
    'dilation-checked': DilationChecked,
    'dilation-drops-given': DilationDropsGiven,
    'discharge-call-made': DischargeCallMade,
    'dissatisfaction-flagged': DissatisfactionFlagged,
    'document-indexed': DocumentIndexed,
    'document-misfiled': DocumentMisfiled,
    'document-scanned': DocumentScanned,
    'dressing-changed': DressingChanged,
    'dressing-ordered': DressingOrdered,
    'ecg-due': EcgDue,
    'ecg-ordered': EcgOrdered,
    'ecg-recorded': EcgRecorded,
    'ecg-reviewed': EcgReviewed,
    'education-delivered': EducationDelivered,
    'education-ordered': EducationOrdered,
    'emergency-called': EmergencyCalled,
    'emergency-cart-checked': EmergencyCartChecked,
    'encounter-coded': EncounterCoded,
    'encounter-note-signed': EncounterNoteSigned,
    'equipment-faulted': EquipmentFaulted,
    'equipment-returned': EquipmentReturned,
    'equipment-tagged-out': EquipmentTaggedOut,
    'event-voided': EventVoided,
    'exam-assist-ended': ExamAssistEnded,
    'exam-assist-requested': ExamAssistRequested,
    'fax-received': FaxReceived,
    'feedback-received': FeedbackReceived,
    'feedback-requested': FeedbackRequested,
    'first-aid-given': FirstAidGiven,
    'first-contact-dated': FirstContactDated,
    'float-assigned': FloatAssigned,
    'follow-up-booked': FollowUpBooked,
    'foot-check-prepared': FootCheckPrepared,
    'handed-to-ambulance': HandedToAmbulance,
    'hearing-screened': HearingScreened,
    'history-recorded': HistoryRecorded,
    'holter-fitted': HolterFitted,
    'holter-returned': HolterReturned,
    'hospital-admission-confirmed': HospitalAdmissionConfirmed,
    'hospital-admission-requested': HospitalAdmissionRequested,
    'hospital-discharge-notified': HospitalDischargeNotified,
    'identity-confirmed': IdentityConfirmed,
    'identity-mismatch-found': IdentityMismatchFound,
    'incident-acknowledged': IncidentAcknowledged,
    'incident-closed': IncidentClosed,
    'incident-filed': IncidentFiled,
    'incident-made-safe': IncidentMadeSafe,
    'incident-reported': IncidentReported,
    'injury-logged': InjuryLogged,
    'instruments-blocked': InstrumentsBlocked,
    'instruments-decontaminated': InstrumentsDecontaminated,
    'instruments-packed': InstrumentsPacked,
    'instruments-used': InstrumentsUsed,
    'insurance-eligibility-requested': InsuranceEligibilityRequested,
    'insurance-form-completed': InsuranceFormCompleted,
    'insurance-form-prepared': InsuranceFormPrepared,
    'insurance-form-requested': InsuranceFormRequested,
    'insurance-verification-failed': InsuranceVerificationFailed,
    'insurance-verified': InsuranceVerified,
    'intake-form-completed': IntakeFormCompleted,
    'intake-form-sent': IntakeFormSent,
    'interpreter-booked': InterpreterBooked,
    'item-expired': ItemExpired,
    'item-expiring': ItemExpiring,
    'lab-test-ordered': LabTestOrdered,
    'left-without-being-seen': LeftWithoutBeingSeen,
    'lens-handed-out': LensHandedOut,
    'lens-teaching-done': LensTeachingDone,
    'lesion-photographed': LesionPhotographed,
    'load-quarantined': LoadQuarantined,
    'load-recalled': LoadRecalled,
    'load-released': LoadReleased,
    'load-used': LoadUsed,
    'lot-recalled': LotRecalled,
    'mail-received': MailReceived,
    'maintained': Maintained,
    'maintenance-due': MaintenanceDue,
    'measurement-change-flagged': MeasurementChangeFlagged,
    'medication-administered': MedicationAdministered,
    'medication-dispensed': MedicationDispensed,
    'medication-held': MedicationHeld,
    'medication-list-reviewed': MedicationListReviewed,
    'medication-not-given': MedicationNotGiven,
    'medication-ordered': MedicationOrdered,
    'medication-prepared': MedicationPrepared,
    'medication-refused': MedicationRefused,
    'medication-verified': MedicationVerified,
    'nail-tray-used': NailTrayUsed,
    'near-miss-reported': NearMissReported,
    'no-show-reversed': NoShowReversed,
    'observation-completed': ObservationCompleted,
    'order-cancelled': OrderCancelled,
    'outside-test-arranged': OutsideTestArranged,
    'patient-arrived': PatientArrived,
    'patient-call-unanswered': PatientCallUnanswered,
    'patient-called': PatientCalled,
    'patient-condition-worsened': PatientConditionWorsened,
    'patient-deceased': PatientDeceased,
    'patient-prepared': PatientPrepared,
    'patient-still-here': PatientStillHere,
    'payment-received': PaymentReceived,
    'period-closed': PeriodClosed,
    'period-figures-published': PeriodFiguresPublished,
    'phone-call-closed': PhoneCallClosed,
    'phone-call-received': PhoneCallReceived,
    'phone-message-taken': PhoneMessageTaken,
    'poc-qc-failed': PocQcFailed,
    'poc-test-performed': PocTestPerformed,
    'post-exposure-evaluated': PostExposureEvaluated,
    'preceptor-assigned': PreceptorAssigned,
    'preparation-given': PreparationGiven,
    'prescription-drafted': PrescriptionDrafted,
    'prescription-sent': PrescriptionSent,
    'prescription-verified': PrescriptionVerified,
    'prior-auth-decided': PriorAuthDecided,
    'privacy-incident-assessed': PrivacyIncidentAssessed,
    'privacy-incident-reported': PrivacyIncidentReported,
    'procedure-ended': ProcedureEnded,
    'procedure-planned': ProcedurePlanned,
    'procedure-set-up': ProcedureSetUp,
    'procedure-started': ProcedureStarted,
    'procedure-timeout-done': ProcedureTimeoutDone,
    'provider-delayed': ProviderDelayed,
    'provider-entered': ProviderEntered,
    'provider-exited': ProviderExited,
    'question-answered': QuestionAnswered,
    'queue-limit-exceeded': QueueLimitExceeded,
    'ready-for-provider': ReadyForProvider,
    'recall-acknowledged': RecallAcknowledged,
    'recall-list-prepared': RecallListPrepared,
    'record-completed': RecordCompleted,
    'record-gap-filled': RecordGapFilled,
    'record-gap-found': RecordGapFound,
    'records-receipt-confirmed': RecordsReceiptConfirmed,
    'records-released': RecordsReleased,
    'records-requested': RecordsRequested,
    'referral-accepted': ReferralAccepted,
    'referral-attended': ReferralAttended,
    'referral-cancelled': ReferralCancelled,
    'referral-closed': ReferralClosed,
    'referral-decided': ReferralDecided,
    'referral-declined': ReferralDeclined,
    'referral-ordered': ReferralOrdered,
    'referral-report-received': ReferralReportReceived,
    'referral-scheduled': ReferralScheduled,
    'referral-sent': ReferralSent,
    'refill-approved': RefillApproved,
    'refill-cancelled': RefillCancelled,
    'refill-denied': RefillDenied,
    'refill-failed': RefillFailed,
    'refill-protocol-checked': RefillProtocolChecked,
    'refill-requested': RefillRequested,
    'refill-routed': RefillRouted,
    'refill-sent': RefillSent,
    'refund-due': RefundDue,
    'result-communicated': ResultCommunicated,
    'result-corrected': ResultCorrected,
    'result-looked-at': ResultLookedAt,
    'result-received': ResultReceived,
    'result-reviewed': ResultReviewed,
    'room-assigned': RoomAssigned,
    'room-blocked': RoomBlocked,
    'room-cleaned': RoomCleaned,
    'room-occupied': RoomOccupied,
    'room-ready': RoomReady,
    'room-released': RoomReleased,
    'room-unblocked': RoomUnblocked,
    'room-vacated': RoomVacated,
    'roomed': Roomed,
    'safeguarding-concern-reported': SafeguardingConcernReported,
    'sample-dispensed': SampleDispensed,
    'scope-exceeded': ScopeExceeded,
    'screening-completed': ScreeningCompleted,
    'service-overdue': ServiceOverdue,
    'sharps-container-filled': SharpsContainerFilled,
    'sharps-injury-reported': SharpsInjuryReported,
    'shift-ended': ShiftEnded,
    'shift-handover-accepted': ShiftHandoverAccepted,
    'shift-handover-offered': ShiftHandoverOffered,
    'shift-started': ShiftStarted,
    'slot-filled': SlotFilled,
    'slot-released': SlotReleased,
    'specimen-at-risk': SpecimenAtRisk,
    'specimen-collected': SpecimenCollected,
    'specimen-labelled': SpecimenLabelled,
    'specimen-logged': SpecimenLogged,
    'specimen-prepared': SpecimenPrepared,
    'specimen-received': SpecimenReceived,
    'specimen-rejected': SpecimenRejected,
    'specimen-sent': SpecimenSent,
    'spill-cleaned': SpillCleaned,
    'spill-reported': SpillReported,
    'spirometry-recorded': SpirometryRecorded,
    'staff-role-changed': StaffRoleChanged,
    'staff-unavailable': StaffUnavailable,
    'standing-order-applied': StandingOrderApplied,
    'statement-sent': StatementSent,
    'stock-cleared': StockCleared,
    'stock-counted': StockCounted,
    'stock-low': StockLow,
    'stock-ordered': StockOrdered,
    'stock-quarantined': StockQuarantined,
    'stock-received': StockReceived,
    'stock-stored': StockStored,
    'stress-test-prepared': StressTestPrepared,
    'supervised-act-performed': SupervisedActPerformed,
    'supervisor-left': SupervisorLeft,
    'supervisor-on-site': SupervisorOnSite,
    'supply-used': SupplyUsed,
    'suture-removal-ordered': SutureRemovalOrdered,
    'sutures-removed': SuturesRemoved,
    'symptoms-recorded': SymptomsRecorded,
    'takings-recorded': TakingsRecorded,
    'task-claim-requested': TaskClaimRequested,
    'task-completion-requested': TaskCompletionRequested,
    'task-cosigned': TaskCosigned,
    'task-decline-requested': TaskDeclineRequested,
    'task-delegate-requested': TaskDelegateRequested,
    'task-fail-requested': TaskFailRequested,
    'task-pause-requested': TaskPauseRequested,
    'task-permission-checked': TaskPermissionChecked,
    'task-release-requested': TaskReleaseRequested,
    'task-request-refused': TaskRequestRefused,
    'task-resume-requested': TaskResumeRequested,
    'task-start-requested': TaskStartRequested,
    'task-stopped': TaskStopped,
    'teach-back-failed': TeachBackFailed,
    'temperature-excursion': TemperatureExcursion,
    'temperature-logged': TemperatureLogged,
    'ticket-issued': TicketIssued,
    'timer-fired': TimerFired,
    'tonometry-recorded': TonometryRecorded,
    'unmatched-received': UnmatchedReceived,
    'unmatched-resolved': UnmatchedResolved,
    'vaccine-administered': VaccineAdministered,
    'vaccine-ordered': VaccineOrdered,
    'vaccine-screened': VaccineScreened,
    'visit-cancelled': VisitCancelled,
    'visit-closed': VisitClosed,
    'visit-ended': VisitEnded,
    'visit-reopened': VisitReopened,
    'visual-acuity-measured': VisualAcuityMeasured,
    'visual-field-done': VisualFieldDone,
    'vitals-critical-flagged': VitalsCriticalFlagged,
    'vitals-retake-requested': VitalsRetakeRequested,
    'vitals-taken': VitalsTaken,
    'wait-estimate-published': WaitEstimatePublished,
    'wait-estimate-withdrawn': WaitEstimateWithdrawn,
    'waitlist-joined': WaitlistJoined,
    'walk-in-registered': WalkInRegistered,
    'waste-collected': WasteCollected,
    'waste-packed': WastePacked,
    'weight-measured': WeightMeasured,
    'workload-eased': WorkloadEased,
    'workload-threshold-exceeded': WorkloadThresholdExceeded,
    'wound-checked': WoundChecked,
    'wound-concern-reported': WoundConcernReported,
}
