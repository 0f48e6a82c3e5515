/** A dialog with the form of an event, made from its schema: labels, units, codes in words. */

import { css, html, nothing } from "lit";
import { t, word } from "../i18n/strings";
import { icon } from "../lib/icons";
import { language } from "../lib/prefs";
import { CfElement } from "./element";
import { readForm, unitText, type Field, type FormModel } from "./form-values";
import { shared } from "./styles";

export interface FormRequest {
  heading: string;
  about: string;
  button: string;
  fields: Field[];
  zone: string;
  rooms: Record<string, string>;
  staff: Record<string, { name: string; role: string }>;
  /** Sends the values; gives back why they were refused, or nothing. */
  submit: (values: Record<string, unknown>) => Promise<string>;
}

const FEW = 8;
const FIRST = new Set(["on_oxygen", "consciousness", "acuity", "note", "reason", "action", "outcome", "patient_age", "patient_age_unit", "patient_language"]);

export class EventForm extends CfElement {
  static override properties = { request: { state: true }, problems: { state: true }, refusal: { state: true }, busy: { state: true } };
  declare request: FormRequest | null;
  declare problems: Record<string, string>;
  declare refusal: string;
  declare busy: boolean;

  constructor() {
    super();
    this.request = null;
    this.problems = {};
    this.refusal = "";
    this.busy = false;
  }

  async open(request: FormRequest): Promise<void> {
    this.request = request;
    this.problems = {};
    this.refusal = "";
    this.busy = false;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector("dialog") as HTMLDialogElement;
    if (!dialog.open) dialog.showModal();
    (this.renderRoot.querySelector(".grid input, .grid select, .grid textarea, .dialog-foot .primary") as HTMLElement | null)?.focus();
  }

  private shut(): void {
    (this.renderRoot.querySelector("dialog") as HTMLDialogElement | null)?.close();
    this.request = null;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const request = this.request;
    if (!request || this.busy) return;
    const read = readForm(request.fields, new FormData(event.target as HTMLFormElement), request.zone);
    this.problems = read.problems;
    this.refusal = "";
    if (Object.keys(read.problems).length) {
      await this.updateComplete;
      (this.renderRoot.querySelector('[aria-invalid="true"]') as HTMLElement | null)?.focus();
      return;
    }
    this.busy = true;
    this.refusal = await request.submit(read.values);
    this.busy = false;
    if (!this.refusal) this.shut();
  }

  static override styles = [
    shared,
    css`
      .grid { display: grid; gap: 0.9rem 1.1rem; grid-template-columns: repeat(auto-fill, minmax(12.2rem, 1fr)); }
      .grid > label { align-content: end; }
      .grid:has(.wrong) > label { align-content: start; }
      .wide { grid-column: 1 / -1; }
      .with-unit { display: grid; grid-template-columns: 1fr auto; align-items: center; border: 1px solid var(--edge); border-radius: var(--radius-s); background: var(--surface); overflow: hidden; }
      .with-unit input { border: 0; border-radius: 0; }
      .with-unit:focus-within { box-shadow: var(--focus); }
      .with-unit input:focus-visible { box-shadow: none; }
      .with-unit span { padding: 0 0.75rem; color: var(--muted); font-weight: 500; }
      .wrong { color: var(--danger); font-size: 0.82rem; font-weight: 600; }
      [aria-invalid="true"] { border-color: var(--danger); }
      details > summary { cursor: pointer; font-weight: 600; color: var(--accent); padding: 0.4rem 0.2rem; border-radius: 6px; }
      details[open] > summary { margin-bottom: 0.7rem; }
      .about { color: var(--muted); margin-top: 0.2rem; }
      fieldset { border: 0; margin: 0; padding: 0; }
    `,
  ];

  override render() {
    const request = this.request;
    return html`<dialog aria-labelledby="heading" @close=${() => (this.request = null)}>
      ${request ? this.form(request) : nothing}
    </dialog>`;
  }

  private form(request: FormRequest) {
    const asked = request.fields.filter((field) => !isKnown(field));
    const many = asked.length > FEW;
    const first = asked.filter((field) => !many || field.required || field.kind === "quantity" || FIRST.has(field.name));
    const rest = asked.filter((field) => !first.includes(field));
    return html`<form novalidate @submit=${this.submit}>
      <div class="dialog-head">
        <div><h2 id="heading">${request.heading}</h2>${request.about ? html`<p class="about">${request.about}</p>` : nothing}</div>
        <button type="button" class="quiet icon-only" aria-label=${t("close")} @click=${this.shut}>${icon("close")}</button>
      </div>
      ${this.refusal ? html`<p class="problem" role="alert">${icon("alert")}<span>${this.refusal}</span></p>` : nothing}
      ${request.fields.filter(isKnown).map((field) => html`<input type="hidden" name=${field.name} .value=${field.value ?? ""} />`)}
      ${asked.length > 1 && !asked.some((field) => field.required) ? html`<p class="hint">${t("whatYouKnow")}</p>` : nothing}
      <div class="grid">${first.map((field) => this.field(field, request))}</div>
      ${rest.length
        ? html`<details><summary>${t("moreFields")}</summary><div class="grid">${rest.map((field) => this.field(field, request))}</div></details>`
        : nothing}
      <div class="dialog-foot">
        <button type="button" @click=${this.shut}>${t("cancel")}</button>
        <button class="primary" ?disabled=${this.busy}>${icon("check")}${request.button}</button>
      </div>
    </form>`;
  }

  private field(field: Field, request: FormRequest) {
    const wrong = this.problems[field.name];
    const some = request.fields.some((each) => each.required && !isKnown(each));
    const optional = field.required || !some ? nothing : html` <small>${t("optional")}</small>`;
    if (field.kind === "boolean" && field.required) {
      return html`<label class="tick wide"><input type="checkbox" name=${field.name} ?checked=${field.value === "yes"} /><span>${word(field.name)}<br /><small>${field.doc}</small></span></label>`;
    }
    return html`<label class=${field.kind === "note" ? "wide" : ""}>
      <span>${word(field.name)}${optional}</span>
      ${this.control(field, request, Boolean(wrong))}
      ${wrong ? html`<span class="wrong" id="wrong-${field.name}">${wrong}</span>` : nothing}
    </label>`;
  }

  private control(field: Field, request: FormRequest, wrong: boolean) {
    const options = this.options(field, request);
    const described = wrong ? `wrong-${field.name}` : nothing;
    if (options) {
      return html`<select name=${field.name} title=${field.doc} aria-invalid=${wrong} aria-describedby=${described} ?required=${field.required}>
        <option value="">${field.required ? t("choose") : t("notSaid")}</option>
        ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === field.value}>${text}</option>`)}
      </select>`;
    }
    if (field.kind === "note") return html`<textarea name=${field.name} rows="2" maxlength="10000" title=${field.doc}></textarea>`;
    const numeric = field.kind === "quantity" || field.kind === "decimal";
    const mode = numeric ? "decimal" : field.kind === "integer" ? "numeric" : nothing;
    const input = html`<input name=${field.name} title=${field.doc} .value=${field.value ?? ""} autocomplete="off" inputmode=${mode}
      type=${field.kind === "time" ? "datetime-local" : "text"} aria-invalid=${wrong} aria-describedby=${described} ?required=${field.required} />`;
    const unit = unitText(field.unit);
    return unit ? html`<span class="with-unit">${input}<span>${unit}</span></span>` : input;
  }

  private options(field: Field, request: FormRequest): [string, string][] | null {
    if (field.kind === "choice") return (field.symbols ?? []).filter((each) => each !== "unknown").map((each) => [each, word(each)]);
    if (field.kind === "boolean") return [["yes", t("yes")], ["no", t("no")]];
    if (field.kind === "text" && LANGUAGE_FIELDS.has(field.name)) return SPOKEN.map((each) => [each, languageName(each)]);
    if (field.kind === "room") return Object.entries(request.rooms);
    if (field.kind === "staff") return Object.entries(request.staff).map(([id, each]) => [id, `${each.name} · ${word(each.role)}`]);
    return null;
  }
}

/** Languages that are often asked for; FHIR and the events use BCP 47 codes. */
const SPOKEN = ["en", "es", "id", "zh", "vi", "tl", "ko", "ar", "fa", "ru", "fr", "pt", "de", "pl", "uk", "hi", "ur", "bn", "so", "ht", "hmn"];
const LANGUAGE_FIELDS = new Set(["patient_language", "language"]);

function languageName(code: string): string {
  return new Intl.DisplayNames([language()], { type: "language" }).of(code) ?? code;
}

/** A reference that the task's cause has filled in: it is sent, and means nothing to a reader. */
function isKnown(field: Field): boolean {
  return field.kind === "reference" && Boolean(field.value);
}

export function fieldsOf(form: FormModel): Field[] {
  return form.fields.filter((field) => field.kind !== "reference" || field.required || field.value);
}

customElements.define("cf-event-form", EventForm);
