/** The staff board of a clinic: tasks to take, mine, those of colleagues; and who is where. */

import { css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { t, titled, word } from "../i18n/strings";
import { clinicOfPage } from "../lib/api";
import { icon } from "../lib/icons";
import "../shared/app-bar";
import { CfElement } from "../shared/element";
import "../shared/event-form";
import type { EventForm } from "../shared/event-form";
import { refused } from "../shared/refused";
import { shared } from "../shared/styles";
import { aboutOf, act, tellProviderLeft, type Action } from "./actions";
import { BoardModel, type Notice, type Task, type Visit } from "./model";
import "./alarm";
import "./closings";
import "./patients";
import "./task-card";
import "./why";
import type { WhyDrawer } from "./why";

const SHOWN = 60;

export class Board extends CfElement {
  static override properties = { revision: { state: true }, view: { state: true }, role: { state: true }, search: { state: true } };
  declare revision: number;
  declare view: "tasks" | "patients";
  declare role: string;
  declare search: string;
  private model = new BoardModel(clinicOfPage(), () => (this.revision += 1));
  private refusals = new Map<string, string>();
  private busy = new Set<string>();

  constructor() {
    super();
    this.revision = 0;
    this.view = "tasks";
    this.role = "mine";
    this.search = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.model.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.model.stop();
  }

  static override styles = [
    shared,
    css`
      main { padding: 1.25rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; max-width: 110rem; margin: 0 auto; }
      .tools { display: flex; gap: 0.6rem 1rem; align-items: center; flex-wrap: wrap; }
      .switch { display: flex; background: var(--surface-2); border-radius: 99px; padding: 0.2rem; }
      .switch button { border: 0; border-radius: 99px; background: transparent; color: var(--muted); }
      .switch button[aria-pressed="true"] { background: var(--surface); color: var(--ink); box-shadow: var(--shadow); }
      .roles { display: flex; gap: 0.4rem; flex-wrap: wrap; }
      .roles button { border-radius: 99px; font-weight: 550; border-color: var(--line); }
      .roles button[aria-pressed="true"] { background: var(--accent-soft); border-color: var(--accent); color: var(--accent-deep); font-weight: 700; }
      .roles .n { font-variant-numeric: tabular-nums; color: var(--muted); font-weight: 500; }
      .roles [aria-pressed="true"] .n { color: inherit; }
      .find { margin-left: auto; flex: 1 1 9rem; width: 9rem; max-width: 19rem; }
      @media (min-width: 44.01rem) { .roles { order: 1; width: 100%; } }
      .columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem; align-items: start; }
      section { background: var(--surface-2); border-radius: 18px; padding: 0.9rem; display: grid; gap: 0.75rem; }
      h2 { font-size: 1rem; display: flex; justify-content: space-between; align-items: baseline; padding: 0 0.25rem; }
      h2 span { color: var(--muted); font-variant-numeric: tabular-nums; font-weight: 600; }
      cf-alarm, cf-closings { display: contents; }
      .notices { display: grid; gap: 0.5rem; }
      .notices:not(:has(p)) { position: absolute; }
      .notices p { display: flex; align-items: center; gap: 0.6rem; background: var(--violet-soft); color: var(--violet); border-radius: var(--radius-s); padding: 0.5rem 0.8rem; font-weight: 550; }
      .notices button { margin-left: auto; min-height: 1.75rem; color: inherit; border-color: currentColor; background: transparent; }
      .keys { color: var(--muted); font-size: 0.82rem; }
      h1 { font-size: 1.4rem; }
      @media (max-width: 64rem) { .columns { grid-template-columns: minmax(0, 1fr); } .find { margin-left: 0; max-width: none; } }
      @media (max-width: 44rem) {
        main { padding: 0.9rem; }
        .roles { flex-wrap: nowrap; overflow-x: auto; margin: 0 -0.9rem; padding: 0.4rem 0.9rem; max-width: 100vw; }
        .roles button { flex: none; }
        .keys { display: none; }
      }
    `,
  ];

  override render() {
    const { model } = this;
    if (model.refusal) return refused(model.refusal, "board");
    return html`
      <cf-app-bar page="board" .clinic=${model.clinicId} .clinicName=${model.clinic.name} .me=${model.me} .health=${model.health}></cf-app-bar>
      <main @act=${this.acted} @keydown=${this.move}>
        <h1 class="visually-hidden">${t("board")} ${model.clinic.name}</h1>
        ${model.health === "paused" ? html`<p class="problem" role="alert">${icon("alert")}<span>${t("stale")}. ${t("staleHelp")}</span></p>` : nothing}
        <cf-alarm .model=${model} .revision=${this.revision}></cf-alarm>
        <div role="status" class="notices">${model.notices.map((notice) => this.notice(notice))}</div>
        <cf-closings .model=${model} .revision=${this.revision}></cf-closings>
        ${this.tools()}
        ${this.view === "patients"
          ? html`<cf-patients .model=${model} .revision=${this.revision} @left=${this.providerLeft}></cf-patients>`
          : html`${this.columns()}<p class="keys">${t("keys")}</p>`}
      </main>
      <cf-event-form></cf-event-form><cf-why></cf-why>
    `;
  }

  private notice(notice: Notice) {
    const { task } = notice;
    const dismiss = () => {
      this.model.notices = this.model.notices.filter((each) => each !== notice);
      this.revision += 1;
    };
    const given = task.kind === "delegated" && task.owner === this.model.me?.id;
    const what = word(`task-${given ? "given" : task.kind}`);
    return html`<p>${icon("alert", 18)}<span>${t("toldYou", { task: titled(task.titles, task.activity), what, about: aboutOf(task, this.model) })}</span>
      <button @click=${dismiss}>${t("dismiss")}</button></p>`;
  }

  private tools() {
    const counts = new Map<string, number>();
    for (const task of this.model.tasks.values()) for (const role of task.roles) counts.set(role, (counts.get(role) ?? 0) + 1);
    const roles = [...counts.keys()].sort((a, b) => word(a).localeCompare(word(b)));
    const mine = [...this.model.tasks.values()].filter((task) => this.model.forMe(task)).length;
    const button = (role: string, text: string, n: number) =>
      html`<button aria-pressed=${this.role === role} @click=${() => (this.role = role)}>${text} <span class="n">${n}</span></button>`;
    return html`<div class="tools">
      <div class="switch">
        <button aria-pressed=${this.view === "tasks"} @click=${() => (this.view = "tasks")}>${icon("board", 18)}${t("tasks")}</button>
        <button aria-pressed=${this.view === "patients"} @click=${() => (this.view = "patients")}>${icon("users", 18)}${t("patients")}</button>
      </div>
      ${this.view === "tasks"
        ? html`<div class="roles">${button("mine", t("myRole"), mine)}${button("all", t("all"), this.model.tasks.size)}${roles.map((role) => button(role, word(role), counts.get(role) ?? 0))}</div>
            <input class="find" type="search" aria-label=${t("search")} placeholder=${t("search")} @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)} />`
        : nothing}
    </div>`;
  }

  private columns() {
    const me = this.model.me?.id;
    const shown = this.model.sorted().filter((task) => this.wanted(task));
    const columns: [string, string, Task[]][] = [
      [t("todo"), t("noTodo"), shown.filter((task) => task.status === "requested")],
      [t("mine"), t("noMine"), this.model.sorted().filter((task) => task.owner === me && task.status !== "requested")],
      [t("others"), t("noOthers"), shown.filter((task) => task.status !== "requested" && task.owner !== me)],
    ];
    return html`<div class="columns">
      ${columns.map(
        ([title, empty, tasks]) => html`<section aria-label=${title}>
          <h2>${title}<span>${tasks.length}</span></h2>
          ${tasks.length ? nothing : html`<p class="empty">${empty}</p>`}
          ${repeat(tasks.slice(0, SHOWN), (task) => task.task_id, (task) => this.card(task))}
          ${tasks.length > SHOWN ? html`<p class="empty">+ ${tasks.length - SHOWN}</p>` : nothing}
        </section>`,
      )}
    </div>`;
  }

  private card(task: Task) {
    return html`<cf-task-card .task=${task} .model=${this.model} .revision=${this.revision} .refusal=${this.refusals.get(task.task_id) ?? ""} .busy=${this.busy.has(task.task_id)}></cf-task-card>`;
  }

  private wanted(task: Task): boolean {
    const ofRole = this.role === "all" || (this.role === "mine" ? this.model.forMe(task) : task.roles.includes(this.role));
    const search = this.search.trim().toLowerCase();
    return ofRole && (!search || `${aboutOf(task, this.model)} ${titled(task.titles, task.activity)}`.toLowerCase().includes(search));
  }

  private async acted(event: CustomEvent<{ what: Action | "why" | "dismiss"; task: Task }>): Promise<void> {
    const { what, task } = event.detail;
    this.refusals.delete(task.task_id);
    if (what === "why") return (this.renderRoot.querySelector("cf-why") as WhyDrawer).open(task, this.model);
    if (what !== "dismiss") {
      this.busy.add(task.task_id);
      this.revision += 1;
      const refusal = await act(what, task, this.model, this.renderRoot.querySelector("cf-event-form") as EventForm);
      this.busy.delete(task.task_id);
      if (refusal) this.refusals.set(task.task_id, refusal);
    }
    this.revision += 1;
  }

  private async providerLeft(event: CustomEvent<Visit>): Promise<void> {
    await tellProviderLeft(event.detail, this.model, this.renderRoot.querySelector("cf-event-form") as EventForm);
  }

  /** Arrow keys go from card to card. */
  private move(event: KeyboardEvent): void {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const from = event.composedPath()[0] as HTMLElement;
    if (from.tagName !== "ARTICLE") return;
    const cards = [...this.renderRoot.querySelectorAll("cf-task-card")].map((card) => card.renderRoot.querySelector("article"));
    const place = cards.indexOf(from);
    const next = cards[place + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("cf-board", Board);

declare global {
  interface HTMLElementTagNameMap {
    "cf-task-card": import("./task-card").TaskCard;
  }
}
