/** The waiting room's screen. It knows tickets, rooms, states and the wait band, and says when it is not current. */

import { html, nothing } from "lit";
import { t } from "../i18n/strings";
import { clinicOfPage, get } from "../lib/api";
import { icon } from "../lib/icons";
import { applyTheme, LANGUAGES, type Language, type Theme } from "../lib/prefs";
import { Stream, type Health } from "../lib/stream";
import { followClock, now } from "../lib/time";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";
import { chime, enableSound } from "./chime";
import { pageOf, SHIPPED, type Entry, type Frame, type Turning } from "./frame";
import { displayStyles } from "./styles";

const CURRENT_MS = 60_000;
const REPEATS = 3;
const REPEAT_MS = 20_000;

export class Display extends CfElement {
  static override styles = [shared, displayStyles];
  static override properties = { frame: { state: true }, health: { state: true }, turn: { state: true }, sound: { state: true }, said: { state: true } };
  declare frame: Frame | null;
  declare health: Health;
  declare turn: number;
  declare sound: boolean;
  declare said: string;
  private clinic = clinicOfPage();
  private zone = "UTC";
  private languages: Language[] = ["en"];
  private stream?: Stream;
  private turning: Turning = SHIPPED;
  private timer = 0;
  private languageTurn = 0;
  private spokenAt = performance.now() - 50;
  private known = new Map<string, number>();
  private repeats: number[] = [];
  protected override ticks = 1;

  constructor() {
    super();
    this.frame = null;
    this.health = "connecting";
    this.turn = 0;
    this.sound = false;
    this.said = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
    this.turnPages();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stream?.stop();
    window.clearInterval(this.timer);
    for (const timer of this.repeats) window.clearTimeout(timer);
  }

  /** A call that comes meanwhile is on every page, so that no page is cut short for it. */
  private turnPages(): void {
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => {
      this.turn += 1;
      this.nextLanguage();
    }, this.dwell);
  }

  private get dwell(): number {
    return this.turning.page_seconds * 1000;
  }

  /** Languages change with the pages, but calls that follow each other quickly must not stop them. */
  private nextLanguage(): void {
    if (performance.now() - this.spokenAt < this.dwell) return;
    this.spokenAt = performance.now() - 50;
    this.languageTurn += 1;
  }

  private headers(): Record<string, string> {
    const token = localStorage.getItem("cf-display-token");
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  private async begin(): Promise<void> {
    const found = await get(`/ui/display/${encodeURIComponent(this.clinic)}`, this.headers());
    if (found.status === 401 || found.status === 403) this.health = "refused";
    else if (!found.ok) window.setTimeout(() => void this.begin(), 2000);
    if (!found.ok) return;
    this.zone = found.data.zone;
    this.languages = found.data.languages.filter((each: string) => LANGUAGES.includes(each as Language));
    this.turning = found.data;
    this.turnPages();
    if (found.data.theme) applyTheme(found.data.theme as Theme);
    const url = `/ui/display/${encodeURIComponent(this.clinic)}/stream`;
    this.stream = new Stream(url, (event, data) => this.hear(event, data), (health) => (this.health = health), () => this.headers());
  }

  private hear(event: string, data: any): void {
    if (event === "beat") followClock(data.now);
    if (event !== "frame") return;
    const frame = data as Frame;
    if (this.frame && frame.version < this.frame.version) return;
    followClock(frame.generated_at);
    this.callNew(frame.entries.filter((entry) => entry.state !== "waiting"));
    this.frame = frame;
  }

  private callNew(calls: Entry[]): void {
    const fresh = calls.filter((call) => this.known.get(keyOf(call)) === undefined);
    const kept = new Set(calls.map(keyOf));
    for (const key of this.known.keys()) if (!kept.has(key)) this.known.delete(key);
    for (const call of fresh) this.known.set(keyOf(call), performance.now());
    if (!fresh.length) return;
    this.nextLanguage();
    for (let time = 0; time < REPEATS; time += 1) {
      this.repeats.push(window.setTimeout(() => this.announce(fresh), time * REPEAT_MS));
    }
  }

  private announce(calls: Entry[]): void {
    const still = calls.filter((call) => this.known.has(keyOf(call)));
    if (!still.length) return;
    chime();
    this.said = still.map((call) => this.sentence(call)).join(". ");
  }

  private sentence(call: Entry): string {
    const key = call.state === "please-go-to" ? "goTo" : "toDesk";
    return t(key, { ticket: call.ticket, room: call.room ?? "" }, this.lang2);
  }

  private get lang2(): Language {
    return this.languages[this.languageTurn % this.languages.length] ?? "en";
  }

  override render() {
    if (this.health === "refused") return this.askToken();
    const current = this.health === "live" && this.frame && !this.frame.paused;
    return html`
      <main class="screen" lang=${this.lang2}>
        <div class="top">
          <h1>${icon("pulse", 32)}${this.frame?.clinic ?? ""}</h1>
          ${this.sound || !current ? nothing : html`<button class="sound" @click=${this.tap}>${icon("sound")}${t("tapForSound", {}, this.lang2)}</button>`}
          <time class="clock">${this.time()}</time>
        </div>
        ${current ? this.content(this.frame as Frame) : this.notCurrent()}
        ${current && this.frame?.open ? this.foot(this.frame) : nothing}
      </main>
      <div class="visually-hidden" role="status" aria-live="polite" lang=${this.lang2}>${this.said}</div>
    `;
  }

  private async tap(): Promise<void> {
    this.sound = await enableSound();
  }

  private time(): string {
    const parts: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", timeZone: this.zone };
    return new Intl.DateTimeFormat(this.lang2, parts).format(now() / 1000);
  }

  private notCurrent() {
    if (!this.frame && this.health === "connecting") {
      return html`<div class="calm" role="status">${icon("clock")}${t("connecting", {}, this.lang2)}</div>`;
    }
    return html`<div class="paused" role="alert">
      ${icon("pause")}<strong>${t("paused", {}, this.lang2)}</strong><span>${t("pausedHelp", {}, this.lang2)}</span>
    </div>`;
  }

  private content(frame: Frame) {
    if (!frame.open) return html`<div class="calm">${icon("moon")}${t("closed", {}, this.lang2)}</div>`;
    const page = pageOf(frame.entries, this.turn, this.turning.codes_per_page, (call) => this.isCurrent(call));
    return html`<div class="body">
      <section class="panel">
        <h2>${t("nowCalling", {}, this.lang2)}</h2>
        ${page.calls.length
          ? html`<ul class="calls ${page.calls.length > 2 ? "many" : ""}">${page.calls.map((call) => this.call(call))}</ul>`
          : html`<div class="calm">${icon("ticket")}${t("nobodyCalled", {}, this.lang2)}</div>`}
      </section>
      <section class="panel">
        <h2>
          ${t("stillWaiting", {}, this.lang2)}
          ${page.pages > 1 ? html`<small>${t("page", { n: page.number, all: page.pages }, this.lang2)}</small>` : nothing}
        </h2>
        ${page.waiting.length
          ? html`<ul class="waiting">${page.waiting.map((each) => html`<li><span class="code">${each.ticket}</span></li>`)}</ul>`
          : html`<div class="calm">${t("nobodyWaits", {}, this.lang2)}</div>`}
      </section>
    </div>`;
  }

  private isCurrent(call: Entry): boolean {
    return performance.now() - (this.known.get(keyOf(call)) ?? 0) < CURRENT_MS;
  }

  private call(call: Entry) {
    const since = this.known.get(keyOf(call));
    const fresh = since !== undefined && (performance.now() - since) % REPEAT_MS < 5000 && performance.now() - since < REPEATS * REPEAT_MS;
    const desk = call.state === "see-desk";
    return html`<li class="call ${desk ? "desk" : ""} ${fresh ? "fresh" : ""}">
      <span class="code">${call.ticket}</span>
      <span class="where">
        ${desk
          ? html`<strong>${icon("desk")}${t("seeDesk", {}, this.lang2)}</strong>`
          : html`<span>${t("pleaseGoTo", {}, this.lang2)}</span><strong>${icon("arrow")}${call.room}</strong>`}
      </span>
    </li>`;
  }

  private foot(frame: Frame) {
    const band = frame.band;
    const key = band && band.low === 0 ? "upTo" : "waitBand";
    return html`<footer class="foot">
      ${icon("clock")}<span class="label">${t("waitTime", {}, this.lang2)}</span>
      <span class="band">${band ? t(key, band as any, this.lang2) : t("pleaseAsk", {}, this.lang2)}</span>
      <span class="note">${t("urgentFirst", {}, this.lang2)}</span>
    </footer>`;
  }

  private askToken() {
    return html`<main class="token">
      <form @submit=${this.saveToken}>
        <h1>${t("waitingRoom")}</h1>
        <p>${t("deviceTokenHelp")}</p>
        <label>${t("deviceToken")}<input name="token" autocomplete="off" required /></label>
        <button class="primary">${t("useToken")}</button>
      </form>
    </main>`;
  }

  private saveToken(event: SubmitEvent): void {
    event.preventDefault();
    const token = new FormData(event.target as HTMLFormElement).get("token");
    localStorage.setItem("cf-display-token", String(token).trim());
    location.reload();
  }
}

function keyOf(call: Entry): string {
  return `${call.ticket} ${call.state} ${call.room ?? ""} ${call.call}`;
}

customElements.define("cf-display", Display);
