/** Server-sent events over fetch: resumes exactly after the last id, and knows when it has gone quiet. */

export type Listener = (event: string, data: any) => void;
export type Health = "connecting" | "live" | "paused" | "refused";

const QUIET_MS = 5000;
const FIRST_DELAY_MS = 300;
const LAST_DELAY_MS = 5000;

export class Stream {
  lastId: string;
  health: Health = "connecting";
  private heardAt = performance.now();
  private age = 0;
  private delay = FIRST_DELAY_MS;
  private abort = new AbortController();
  private stopped = false;
  private timer: number;

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
    private readonly onHealth: (health: Health, status: number) => void,
    private readonly headers: () => Record<string, string> = () => ({}),
    lastId = "",
  ) {
    this.lastId = lastId;
    this.timer = window.setInterval(() => this.judge(), 500);
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    window.clearInterval(this.timer);
    this.abort.abort();
  }

  private judge(): void {
    const quiet = performance.now() - this.heardAt;
    if (this.health === "refused") return;
    if (quiet > QUIET_MS || this.age * 1000 > QUIET_MS) this.become("paused");
    else if (this.health === "paused") this.become("live");
    if (quiet > QUIET_MS * 2) {
      this.heardAt = performance.now() - QUIET_MS - 1;
      this.abort.abort();
    }
  }

  private become(health: Health, status = 200): void {
    if (this.health === health) return;
    this.health = health;
    this.onHealth(health, status);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.abort = new AbortController();
      try {
        await this.once();
      } catch {
        /* the line is cut: the loop opens it again, and judge() tells the screen */
      }
      if (this.stopped) return;
      await new Promise((done) => setTimeout(done, this.delay));
      this.delay = Math.min(LAST_DELAY_MS, this.delay * 2);
    }
  }

  private async once(): Promise<void> {
    const resume: Record<string, string> = this.lastId ? { "Last-Event-ID": this.lastId } : {};
    const headers = { Accept: "text/event-stream", ...resume, ...this.headers() };
    const answer = await fetch(this.url, { headers, cache: "no-store", signal: this.abort.signal });
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
      this.become("refused", answer.status);
      this.delay = LAST_DELAY_MS;
      return;
    }
    if (!answer.ok || !answer.body) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest = this.take(rest + value);
    }
  }

  private take(text: string): string {
    const blocks = text.split("\n\n");
    const rest = blocks.pop() ?? "";
    for (const block of blocks) this.message(block);
    return rest;
  }

  private message(block: string): void {
    let event = "message";
    let id = "";
    const data: string[] = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) event = line.slice(7);
      else if (line.startsWith("id: ")) id = line.slice(4);
      else if (line.startsWith("data: ")) data.push(line.slice(6));
    }
    if (!data.length) return;
    const parsed = JSON.parse(data.join("\n"));
    this.heardAt = performance.now();
    this.delay = FIRST_DELAY_MS;
    if (event === "beat") this.age = parsed.age;
    this.listener(event, parsed);
    if (id) this.lastId = id;
    if (this.age * 1000 <= QUIET_MS) this.become("live");
  }
}
