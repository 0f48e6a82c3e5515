/** Why something was refused, in the reader's language: a text for each code, with the server's own sentence after it. */

import { ofTable, word, type Texts } from "./strings";

export interface Refusal {
  code?: string;
  reason: string;
  agent?: string;
}

/** Codes of the core and of the door; `agent/code` where an agent means something else by the same code. */
const REFUSALS: Texts = {
  "already-checked-in": ["The patient is checked in already.", "El paciente ya está registrado.", "Pasien sudah terdaftar."],
  "another-person": ["Only who prepared or checked it may do this.", "Solo puede hacerlo quien lo preparó o comprobó.", "Hanya yang menyiapkan atau memeriksanya boleh melakukan ini."],
  "break-overdue": ["A break comes first: you have worked too long without one.", "Primero un descanso: lleva demasiado tiempo sin uno.", "Istirahat dulu: Anda sudah terlalu lama bekerja tanpa istirahat."],
  "closing-event-expected": ["Record what was done; that closes the task.", "Registre lo que se hizo; eso cierra la tarea.", "Catat apa yang dilakukan; itu menutup tugas."],
  "closing-event-unfit": ["What was recorded does not complete this task.", "Lo registrado no completa esta tarea.", "Yang dicatat tidak menyelesaikan tugas ini."],
  "corrects-itself": ["A correction must name another record.", "Una corrección debe señalar otro registro.", "Koreksi harus menunjuk catatan lain."],
  credential: ["It takes a qualification that you do not have.", "Requiere una acreditación que usted no tiene.", "Perlu kualifikasi yang tidak Anda miliki."],
  "credential-missing": ["The scope of practice asks for a qualification that you do not have.", "El ámbito de práctica exige una acreditación que usted no tiene.", "Lingkup praktik menuntut kualifikasi yang tidak Anda miliki."],
  "credential-ends": ["A qualification that it takes ends before the task is due.", "Una acreditación que requiere vence antes de la fecha de la tarea.", "Kualifikasi yang diperlukan berakhir sebelum tenggat tugas."],
  critical: ["A critical task ends only when a permitted person acknowledges it.", "Una tarea crítica solo termina cuando una persona autorizada la confirma.", "Tugas kritis hanya berakhir bila orang yang berwenang mengonfirmasinya."],
  declined: ["This task was declined by this person before.", "Esta persona ya rechazó esta tarea.", "Tugas ini sudah ditolak oleh orang ini."],
  ended: ["The task has ended already.", "La tarea ya terminó.", "Tugas sudah berakhir."],
  held: ["A colleague holds this task.", "Un colega tiene esta tarea.", "Tugas ini dipegang rekan."],
  language: ["It takes somebody who speaks the patient's language.", "Requiere a alguien que hable el idioma del paciente.", "Perlu orang yang berbahasa pasien."],
  "no-break": ["No break has begun.", "No ha empezado ningún descanso.", "Istirahat belum dimulai."],
  "no-scope-rule": ["No rule of the scope of practice here allows your role to do this.", "Ninguna regla del ámbito de práctica permite a su función hacer esto aquí.", "Tidak ada aturan lingkup praktik di sini yang mengizinkan peran Anda."],
  "not-checked-out": ["The visit did not end with a check-out.", "La visita no terminó con la salida.", "Kunjungan tidak berakhir dengan kepulangan pasien."],
  "not-correctable": ["This record cannot be corrected.", "Este registro no se puede corregir.", "Catatan ini tidak bisa dikoreksi."],
  "not-held": ["Nobody holds this task.", "Nadie tiene esta tarea.", "Tugas ini tidak dipegang siapa pun."],
  "not-lead": ["Only a lead of the clinic may do this.", "Solo un responsable de la clínica puede hacerlo.", "Hanya penanggung jawab klinik boleh melakukan ini."],
  "not-licensed": ["Only licensed staff may do this.", "Solo puede hacerlo personal con licencia.", "Hanya tenaga berlisensi boleh melakukan ini."],
  "not-prescriber": ["Only a prescriber may do this.", "Solo puede hacerlo un prescriptor.", "Hanya pemberi resep boleh melakukan ini."],
  "meant-for-another": ["This task is for a colleague.", "Esta tarea es para un colega.", "Tugas ini untuk rekan lain."],
  waits: ["This task cannot be begun yet: it waits for something else first.", "Esta tarea aún no se puede empezar: espera antes otra cosa.", "Tugas ini belum bisa dimulai: masih menunggu hal lain."],
  "off-shift": ["The person is not on shift at this clinic now.", "La persona no está de turno en esta clínica ahora.", "Orang ini sedang tidak bertugas di klinik ini."],
  "on-break": ["The break has begun already.", "El descanso ya empezó.", "Istirahat sudah dimulai."],
  "other-case": ["A correction must be of the same visit or order.", "Una corrección debe ser de la misma visita u orden.", "Koreksi harus untuk kunjungan atau pesanan yang sama."],
  "other-patient": ["A correction must be of the same patient.", "Una corrección debe ser del mismo paciente.", "Koreksi harus untuk pasien yang sama."],
  "other-type": ["A correction must be of the same kind.", "Una corrección debe ser del mismo tipo.", "Koreksi harus sejenis."],
  "prescriber-needed": ["A prescriber must decide this.", "Esto lo debe decidir un prescriptor.", "Ini harus diputuskan pemberi resep."],
  prohibited: ["The scope of practice here forbids this for your role.", "El ámbito de práctica prohíbe esto a su función aquí.", "Lingkup praktik di sini melarang ini untuk peran Anda."],
  "room-taken": ["The room is assigned to another patient.", "La sala está asignada a otro paciente.", "Ruangan itu untuk pasien lain."],
  role: ["This task is for another role.", "Esta tarea es para otra función.", "Tugas ini untuk peran lain."],
  "same-person": ["It takes another person than before.", "Requiere a otra persona distinta de la anterior.", "Perlu orang lain dari yang sebelumnya."],
  "supervision-missing": ["It takes a supervisor on site, and none is there.", "Requiere un supervisor presente y no hay ninguno.", "Perlu pengawas di tempat, dan tidak ada."],
  "supplies/not-held": ["This lot is not set apart.", "Este lote no está apartado.", "Lot ini tidak dipisahkan."],
  "timer-not-running": ["This reminder is over.", "Este aviso ya terminó.", "Pengingat ini sudah selesai."],
  "too-deep": ["It was corrected too many times.", "Se corrigió demasiadas veces.", "Sudah terlalu sering dikoreksi."],
  "too-few-identifiers": ["Check two identifiers of the patient first.", "Compruebe primero dos datos de identidad del paciente.", "Periksa dulu dua tanda pengenal pasien."],
  "too-many-waiting": ["Too many corrections wait for their record.", "Demasiadas correcciones esperan su registro.", "Terlalu banyak koreksi menunggu catatannya."],
  "too-old": ["The record is too old to be corrected here.", "El registro es demasiado antiguo para corregirlo aquí.", "Catatan terlalu lama untuk dikoreksi di sini."],
  "unknown-activity": ["The scope of practice does not know this work, so nobody may do it.", "El ámbito de práctica no conoce este trabajo, así que nadie puede hacerlo.", "Lingkup praktik tidak mengenal pekerjaan ini, jadi tidak ada yang boleh."],
  "unknown-clinic": ["The clinic is not known.", "La clínica no se conoce.", "Klinik tidak dikenal."],
  "unknown-person": ["The person is not on the staff here.", "La persona no es del personal de aquí.", "Orang ini bukan staf di sini."],
  "unknown-task": ["There is no such task any more.", "Esa tarea ya no existe.", "Tugas itu sudah tidak ada."],
  "visit-ended": ["The visit has ended already.", "La visita ya terminó.", "Kunjungan sudah berakhir."],
  workload: ["It would be more open work than one person may hold.", "Sería más trabajo abierto del que puede tener una persona.", "Itu melebihi pekerjaan terbuka yang boleh dipegang satu orang."],
};

/** The text of a code, or nothing when there is none: then the server's sentence stands alone. */
export function refusalText(code: string, agent = ""): string {
  const found = [`${agent}/${code}`, code].find((each) => each in REFUSALS);
  return found ? ofTable(REFUSALS, found) : "";
}

/** Why a task is held: a reason that somebody chose, what it waits for, or why its owner may do it no more. */
export function whyHeld(reason: string): string {
  return refusalText(reason) || word(reason);
}

/** Every refusal once: in the reader's language, then as the server tells it with its particulars. */
export function refusalsText(refusals: Refusal[]): string {
  const told = refusals.map(({ code, reason, agent }) => {
    const text = code ? refusalText(code, agent) : "";
    return text && reason ? `${text} (${reason})` : text || reason;
  });
  return [...new Set(told)].join(" ");
}
