/** Two soft tones, made here. Browsers are silent until somebody taps, so that sound is never the only signal. */

let context: AudioContext | undefined;

export async function enableSound(): Promise<boolean> {
  try {
    context ??= new AudioContext();
    await context.resume();
    chime();
    return context.state === "running";
  } catch {
    return false;
  }
}

export function chime(): void {
  if (context?.state !== "running") return;
  tone(context, 659.25, 0);
  tone(context, 523.25, 0.32);
}

function tone(audio: AudioContext, frequency: number, after: number): void {
  const start = audio.currentTime + after;
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.type = "sine";
  source.frequency.value = frequency;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.35, start + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 1.1);
  source.connect(volume).connect(audio.destination);
  source.start(start);
  source.stop(start + 1.2);
}
