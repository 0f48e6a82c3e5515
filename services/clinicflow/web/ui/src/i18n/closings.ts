/** Texts of the end of the day. */

import type { Texts } from "./strings";

export const CLOSINGS: Texts = {
  title: ["End of the day: still open", "Fin del día: aún abiertas", "Akhir hari: masih terbuka"],
  help: [
    "Look whether the patient is still here, then say so. Nothing is closed by itself.",
    "Compruebe si el paciente aún está y dígalo. Nada se cierra solo.",
    "Periksa apakah pasien masih di sini, lalu katakan. Tidak ada yang ditutup sendiri.",
  ],
  since: ["last known: {stage}, for {t}", "último dato: {stage}, desde hace {t}", "terakhir diketahui: {stage}, sejak {t} lalu"],
  came: ["came {t} ago", "llegó hace {t}", "datang {t} lalu"],
  "patient-still-here": ["Still here", "Sigue aquí", "Masih di sini"],
  "checked-out": ["Has left: check out", "Se fue: dar salida", "Sudah pulang: selesai"],
  "left-without-being-seen": ["Left unseen", "Se fue sin ser visto", "Pulang sebelum diperiksa"],
};
