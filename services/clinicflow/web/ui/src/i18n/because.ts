/** Why a task stands where it does, in words: one text for each kind of reason that the server gives. */

import { clockIn, duration, now } from "../lib/time";
import { ofTable, type Texts } from "./strings";

export interface Reason {
  kind: string;
  at: number | null;
  level: number;
}

/** Codes of `clinicflow.core.ranking.ReasonKind`. */
const BECAUSE: Texts = {
  stat: ["immediate", "inmediata", "segera sekali"],
  asap: ["as soon as possible", "cuanto antes", "secepatnya"],
  urgent: ["urgent", "urgente", "mendesak"],
  "patient-urgent": ["triage made the patient urgent", "el triaje marcó al paciente como urgente", "triase menilai pasien mendesak"],
  critical: ["critical", "crítica", "kritis"],
  "too-long": ["overdue for {t}, so it goes first", "con {t} de retraso, por eso va primero", "terlambat {t}, jadi didahulukan"],
  escalated: ["escalated to level {n}", "escalada al nivel {n}", "dinaikkan ke tingkat {n}"],
  overdue: ["overdue since {clock}", "vencida desde las {clock}", "terlambat sejak {clock}"],
  "due-soon": ["due at {clock}", "vence a las {clock}", "tenggat pukul {clock}"],
  "late-arrival": ["came late, in line since {clock}", "llegó tarde, en fila desde las {clock}", "datang terlambat, antre sejak {clock}"],
  "waited-long": ["waits for {t}, so this patient goes first", "espera desde hace {t}, por eso va primero", "menunggu {t}, jadi didahulukan"],
  waits: ["patient in line since {clock}", "paciente en fila desde las {clock}", "pasien antre sejak {clock}"],
  "waits-later": ["appointment at {clock}", "cita a las {clock}", "janji pukul {clock}"],
  "for-you": ["meant for you", "es para usted", "ditujukan kepada Anda"],
  "same-patient": ["you have this patient", "usted atiende a este paciente", "pasien ini dengan Anda"],
  "same-language": ["needs a language that you speak", "requiere un idioma que usted habla", "perlu bahasa yang Anda kuasai"],
  "same-place": ["same room as your other task", "misma sala que su otra tarea", "satu ruang dengan tugas Anda"],
};

/** One reason in words; a newer server's reason that has no text here is its code. */
export function reasonText(reason: Reason, zone: string): string {
  const at = reason.at ?? now();
  const kind = reason.kind === "waits" && at > now() ? "waits-later" : reason.kind;
  return ofTable(BECAUSE, kind, { t: duration(Math.abs(now() - at)), clock: clockIn(at, zone), n: reason.level });
}

/** All reasons of a task in one line; empty when there is none. */
export function because(reasons: Reason[], zone: string): string {
  return reasons.map((reason) => reasonText(reason, zone)).join(" · ");
}
