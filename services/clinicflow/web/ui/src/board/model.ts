/** A clinic's board in this page: a snapshot, then every change once, in order. */

import type { Reason } from "../i18n/because";
import { get, toSignIn } from "../lib/api";
import { Stream, type Health } from "../lib/stream";
import { followClock } from "../lib/time";
import type { Me } from "../shared/app-bar";

export interface Task {
  task_id: string;
  clinic_id: string;
  case_id: string;
  patient_id: string | null;
  agent: string;
  rule: string;
  activity: string;
  titles: Record<string, string>;
  roles: string[];
  credential: string;
  priority: "routine" | "urgent" | "asap" | "stat";
  status: string;
  level: number;
  owner: string | null;
  created_at: number;
  due_at: number;
  changed_at: number;
  closing: string | null;
  room_id: string | null;
  critical: boolean;
  two_person: boolean;
  doers: string[];
  declined_by: string[];
  reason: string | null;
  cause_voided: boolean;
  kind: string;
  told: string | null;
  /** Which one of several it is about: the lot, the specimen. */
  about: string[];
  meant_for: string | null;
  /** Whether nobody else is asked. */
  reserved: boolean;
  /** On whom it rests, where somebody must supervise it. */
  supervisor: string | null;
}

/** What somebody must be told: a task of theirs was changed by others. */
export interface Notice {
  task: Task;
  at: number;
}

export interface Forgotten {
  case_id: string;
  since: number;
}

export interface Waiting {
  reason: string;
  since: number;
  roles: string[];
  activity: string | null;
  task_id: string | null;
  owner: string | null;
}

export interface Visit {
  case_id: string;
  clinic_id: string;
  patient_id: string | null;
  stage: string;
  since: number;
  arrived_at: number;
  appointment_at: number | null;
  ticket: string | null;
  room_id: string | null;
  called_at: number | null;
  call_no: number;
  language: string | null;
  acuity: string;
  ready_for_provider: boolean;
  over: boolean;
  ended_at: number | null;
  waiting: Waiting | null;
  incomplete: boolean;
}

interface InLine {
  case_id: string;
  place: number;
  reasons: Reason[];
}

export interface Colleague {
  name: string;
  role: string;
  lead: boolean;
}

const OPEN = new Set(["requested", "accepted", "in-progress", "on-hold"]);
const LONG_GAP_MS = 5 * 60_000;

export class BoardModel {
  tasks = new Map<string, Task>();
  visits = new Map<string, Visit>();
  names: Record<string, string> = {};
  rooms: Record<string, string> = {};
  staff: Record<string, Colleague> = {};
  clinic = { id: "", name: "", zone: "UTC" };
  me: Me | null = null;
  health: Health = "connecting";
  refusal = 0;
  notices: Notice[] = [];
  /** Visits that nobody looks after, as the server found. */
  forgotten: Forgotten[] = [];
  private places = new Map<string, number>();
  /** Who waits to be taken in, the next one first. */
  private line = new Map<string, InLine>();
  private reasons: Record<string, Reason[]> = {};
  private stream?: Stream;
  private liveAt = 0;

  constructor(
    readonly clinicId: string,
    private readonly changed: () => void,
  ) {}

  async begin(): Promise<void> {
    const found = await get(`/ui/board/${encodeURIComponent(this.clinicId)}`);
    if (found.status === 401) return toSignIn();
    if (found.status === 403 || found.status === 404) {
      this.refusal = found.status;
      this.become("refused");
      return;
    }
    if (!found.ok) {
      this.become("paused");
      window.setTimeout(() => void this.begin(), 2000);
      return;
    }
    this.take(found.data);
    this.stream?.stop();
    const url = `/ui/board/${encodeURIComponent(this.clinicId)}/stream`;
    this.stream = new Stream(url, (event, data) => this.hear(event, data), (health, status) => this.judged(health, status), () => ({}), found.data.cursor);
  }

  stop(): void {
    this.stream?.stop();
  }

  private take(data: any): void {
    followClock(data.now);
    this.tasks = new Map(data.tasks.map((task: Task) => [task.task_id, task]));
    this.visits = new Map(data.visits.map((visit: Visit) => [visit.case_id, visit]));
    this.names = data.names;
    this.rooms = data.rooms;
    this.staff = data.staff;
    this.clinic = data.clinic;
    this.me = data.me;
    this.forgotten = data.forgotten;
    this.reasons = {};
    this.rank(data.ranked);
    this.changed();
  }

  private hear(event: string, data: any): void {
    if (data.now) followClock(data.now);
    if (event === "reset") {
      this.stream?.stop();
      void this.begin();
    }
    if (event === "ranked") {
      this.rank(data);
      this.changed();
    }
    if (event === "forgotten") {
      this.forgotten = data.visits;
      this.changed();
    }
    if (event === "incomplete") this.mark(new Set(data.cases));
    if (event !== "change") return;
    for (const task of data.tasks as Task[]) {
      if (task.told && task.told === this.me?.id) this.notices = [{ task, at: data.now }, ...this.notices].slice(0, 5);
      if (OPEN.has(task.status)) this.tasks.set(task.task_id, task);
      else this.tasks.delete(task.task_id);
    }
    for (const visit of data.visits as Visit[]) {
      this.visits.set(visit.case_id, visit);
    }
    Object.assign(this.names, data.names);
    this.changed();
  }

  private mark(cases: Set<string>): void {
    for (const visit of this.visits.values()) visit.incomplete = cases.has(visit.case_id);
    this.changed();
  }

  private judged(health: Health, status: number): void {
    if (status === 401) return toSignIn();
    const away = performance.now() - this.liveAt;
    if (health === "live" && this.liveAt && this.health === "paused" && away > LONG_GAP_MS) void this.begin();
    if (this.health === "live") this.liveAt = performance.now();
    this.become(health);
  }

  private become(health: Health): void {
    this.health = health;
    this.changed();
  }

  private rank(ranked: { order: string[]; reasons: Record<string, Reason[]>; line: { case_id: string; reasons: Reason[] }[] }): void {
    this.line = new Map(ranked.line.map((each, place) => [each.case_id, { ...each, place }]));
    this.places = new Map(ranked.order.map((task, place) => [task, place]));
    this.reasons = Object.fromEntries(ranked.order.map((task) => [task, ranked.reasons[task] ?? this.reasons[task] ?? []]));
  }

  /** Open tasks in the order that the server made for this person. */
  sorted(): Task[] {
    const place = (task: Task) => this.places.get(task.task_id) ?? Number.MAX_SAFE_INTEGER;
    return [...this.tasks.values()].sort((a, b) => place(a) - place(b) || a.due_at - b.due_at || (a.task_id < b.task_id ? -1 : 1));
  }

  /** Why a task stands where it does. */
  reasonsOf(task: Task): Reason[] {
    return this.reasons[task.task_id] ?? [];
  }

  /** For visits of one stage: who waits to be taken in as the server lined them up, else who came to the stage first. */
  inLine(a: Visit, b: Visit): number {
    const place = (visit: Visit) => this.line.get(visit.case_id)?.place ?? Number.MAX_SAFE_INTEGER;
    return place(a) - place(b) || a.since - b.since || (a.case_id < b.case_id ? -1 : 1);
  }

  /** What is out of the usual about a patient's place in the line. */
  standsOut(visit: Visit): Reason[] {
    return (this.line.get(visit.case_id)?.reasons ?? []).filter((reason) => reason.kind === "late-arrival" || reason.kind === "waited-long");
  }

  /** The visit that a task is about: its own case, or the patient's visit for an order or refill. */
  visitOf(task: Task): Visit | undefined {
    const own = this.visits.get(task.case_id);
    if (own || !task.patient_id) return own;
    return [...this.visits.values()].find((visit) => visit.patient_id === task.patient_id && !visit.over);
  }

  nameOf(patient: string | null): string {
    return patient ? (this.names[patient] ?? "") : "";
  }

  colleague(id: string | null): string {
    return id ? (this.staff[id]?.name ?? id) : "";
  }

  /** Whether a task is offered to the person who is signed in. */
  forMe(task: Task): boolean {
    if (!this.me || task.declined_by.includes(this.me.id)) return false;
    if (task.meant_for === this.me.id) return true;
    if (task.reserved) return false;
    return task.roles.includes(this.me.role) || (this.me.lead && task.roles.includes("LEAD"));
  }
}
