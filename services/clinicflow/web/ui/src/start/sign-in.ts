/** The development sign-in: choose a member of staff. The server allows it in a demo on this machine only. */

import { css, html, nothing } from "lit";
import { t, word } from "../i18n/strings";
import { get, post } from "../lib/api";
import { icon } from "../lib/icons";
import "../shared/app-bar";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";

interface Person {
  id: string;
  name: string;
  role: string;
  clinics: string[];
}

export class SignIn extends CfElement {
  static override properties = { staff: { state: true }, problem: { state: true }, search: { state: true } };
  declare staff: Person[];
  declare problem: string;
  declare search: string;

  constructor() {
    super();
    this.staff = [];
    this.problem = this.search = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
  }

  private async ask(): Promise<void> {
    const found = await get("/dev/staff");
    const start = await get("/ui/start");
    if (start.ok) this.working = new Set(start.data.on_shift);
    if (found.ok) this.staff = found.data.staff;
    else this.problem = found.status === 403 ? t("notDemo") : found.reason || t("noServer");
  }

  private working = new Set<string>();

  private async choose(person: Person): Promise<void> {
    const done = await post("/dev/sign-in", { staff_id: person.id });
    if (!done.ok) {
      this.problem = done.reason || t("notSent");
      return;
    }
    location.href = this.next(person);
  }

  /** Only a page of this server: the address may have been made by somebody else. */
  private next(person: Person): string {
    const wanted = new URLSearchParams(location.search).get("next") ?? "";
    const clinic = /^\/(board|desk|display)\/([\w-]+)$/.exec(wanted);
    if (clinic && person.clinics.includes(clinic[2])) return wanted;
    const page = clinic?.[1] ?? (person.role === "FD" ? "desk" : "board");
    return person.clinics.length ? `/${page}/${person.clinics[0]}` : "/";
  }

  static override styles = [
    shared,
    css`
      main { max-width: 70rem; margin: 0 auto; padding: 2.5rem 1.25rem; display: grid; gap: 1.75rem; }
      h1 { font-size: 2rem; letter-spacing: -0.02em; }
      .intro { display: grid; gap: 0.4rem; color: var(--muted); }
      .intro h1 { color: var(--ink); }
      .find { max-width: 24rem; }
      section { display: grid; gap: 0.75rem; }
      h2 { font-size: 1rem; color: var(--muted); }
      ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.6rem; grid-template-columns: repeat(auto-fill, minmax(16.5rem, 1fr)); }
      li button { width: 100%; justify-content: flex-start; text-align: left; padding: 0.7rem 0.9rem; min-height: 3.75rem; border-color: var(--line); border-radius: var(--radius); gap: 0.8rem; }
      li span { display: grid; line-height: 1.25; }
      li .chip { margin-left: auto; }
      li small { color: var(--muted); font-weight: 400; }
      .face { width: 2.4rem; height: 2.4rem; border-radius: 50%; background: var(--accent-soft); color: var(--accent-deep); display: grid; place-items: center; flex: none; }
    `,
  ];

  override render() {
    const wanted = this.search.trim().toLowerCase();
    const shown = this.staff.filter((each) => `${each.name} ${each.role} ${word(each.role)}`.toLowerCase().includes(wanted));
    const clinics = [...new Set(shown.flatMap((each) => each.clinics.slice(0, 1)))].sort();
    return html`
      <cf-app-bar page="sign-in" .me=${null}></cf-app-bar>
      <main>
        <div class="intro"><h1>${t("pickPerson")}</h1><p>${t("pickHelp")}</p></div>
        ${this.problem ? html`<p class="problem" role="alert">${icon("alert")}${this.problem}</p>` : nothing}
        <label class="find">${t("name")}
          <input type="search" @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)} />
        </label>
        ${clinics.map((clinic) => this.clinic(clinic, shown.filter((each) => each.clinics[0] === clinic)))}
      </main>
    `;
  }

  private clinic(clinic: string, staff: Person[]) {
    const sorted = [...staff].sort((a, b) => Number(this.working.has(b.id)) - Number(this.working.has(a.id)));
    return html`<section aria-label=${clinic}>
      <h2>${word(clinic)}</h2>
      <ul>
        ${sorted.map(
          (person) => html`<li>
            <button data-staff=${person.id} @click=${() => this.choose(person)}>
              <span class="face">${icon("user")}</span><span>${person.name}<small>${word(person.role)}</small></span>
              ${this.working.has(person.id) ? html`<span class="chip ok">${t("onShift")}</span>` : nothing}
            </button>
          </li>`,
        )}
      </ul>
    </section>`;
  }
}

customElements.define("cf-sign-in", SignIn);
