import type { Texts } from "./strings";

export const PUBLIC: Texts = {
  waitingRoom: ["Waiting room", "Sala de espera", "Ruang tunggu"],
  nowCalling: ["Now calling", "Llamando ahora", "Panggilan"],
  pleaseGoTo: ["Please go to", "Pase a", "Silakan ke"],
  seeDesk: ["Please come to the desk", "Acérquese al mostrador", "Silakan ke meja depan"],
  stillWaiting: ["Waiting", "En espera", "Menunggu"],
  nobodyWaits: ["Nobody is waiting right now", "Nadie espera en este momento", "Tidak ada yang menunggu saat ini"],
  nobodyCalled: ["Your code appears here when it is your turn", "Su código aparecerá aquí cuando sea su turno", "Kode Anda tampil di sini saat giliran Anda"],
  waitTime: ["Waiting time", "Tiempo de espera", "Waktu tunggu"],
  waitBand: ["{low} to {high} minutes", "de {low} a {high} minutos", "{low} sampai {high} menit"],
  upTo: ["up to {high} minutes", "hasta {high} minutos", "hingga {high} menit"],
  pleaseAsk: ["Please ask at the desk", "Pregunte en el mostrador", "Silakan tanya di meja depan"],
  urgentFirst: [
    "Longer waits are possible. Urgent patients are seen first.",
    "La espera puede ser mayor. Los casos urgentes se atienden primero.",
    "Bisa lebih lama. Pasien gawat didahulukan.",
  ],
  paused: ["Information paused", "Información en pausa", "Informasi dijeda"],
  pausedHelp: [
    "This screen is not up to date. Please ask at the desk.",
    "Esta pantalla no está actualizada. Pregunte en el mostrador.",
    "Layar ini tidak terbaru. Silakan tanya di meja depan.",
  ],
  closed: ["The clinic is closed", "La clínica está cerrada", "Klinik tutup"],
  tapForSound: ["Tap to enable sound", "Toque para activar el sonido", "Ketuk untuk mengaktifkan suara"],
  page: ["Page {n} of {all}", "Página {n} de {all}", "Halaman {n} dari {all}"],
  connecting: ["Connecting …", "Conectando …", "Menghubungkan …"],
  deviceToken: ["Token of this screen", "Clave de esta pantalla", "Token layar ini"],
  deviceTokenHelp: [
    "This screen is not known yet. Enter the token that was made for it.",
    "Esta pantalla aún no está registrada. Introduzca la clave creada para ella.",
    "Layar ini belum dikenal. Masukkan token yang dibuat untuknya.",
  ],
  useToken: ["Use token", "Usar clave", "Pakai token"],
  goTo: ["{ticket}: please go to {room}", "{ticket}: pase a {room}", "{ticket}: silakan ke {room}"],
  toDesk: ["{ticket}: please come to the desk", "{ticket}: acérquese al mostrador", "{ticket}: silakan ke meja depan"],
};
