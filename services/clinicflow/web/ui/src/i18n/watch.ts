/** Texts of the alarm for patients whom nobody looks after. */

import type { Texts } from "./strings";

export const WATCH: Texts = {
  title: ["Nobody looks after these patients: go to them", "Nadie atiende a estos pacientes: vaya a verlos", "Tidak ada yang mengurus pasien ini: datangi mereka"],
  help: [
    "They are in the clinic, but no task is open for them and no timer runs.",
    "Están en la clínica, pero no tienen ninguna tarea abierta ni un aviso programado.",
    "Mereka ada di klinik, tetapi tidak ada tugas terbuka dan tidak ada pengatur waktu.",
  ],
  since: ["for {t}", "desde hace {t}", "sejak {t} lalu"],
};
