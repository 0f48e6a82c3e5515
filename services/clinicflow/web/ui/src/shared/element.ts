/** The base of all components: drawn again when language or theme change, and each few seconds for clocks. */

import { LitElement } from "lit";
import { onPrefs } from "../lib/prefs";

export class CfElement extends LitElement {
  /** Seconds between two drawings for clocks; 0: none. */
  protected ticks = 0;
  private forget?: () => void;
  private ticking = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.forget = onPrefs(() => this.requestUpdate());
    if (this.ticks) this.ticking = window.setInterval(() => this.requestUpdate(), this.ticks * 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget?.();
    window.clearInterval(this.ticking);
  }
}
