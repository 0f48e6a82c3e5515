import{S as e,a as t,b as n,l as r,n as i,r as a,t as o,u as s,w as c}from"./styles-DgBV7oYc.js";import{a as l,i as u,t as d}from"./time-BIM0Uja0.js";import"./app-bar-DX5V4kKM.js";var f=2e3,p=class extends i{static properties={clinics:{state:!0},me:{state:!0},down:{state:!0},asked:{state:!0}};timer=0;ticks=5;constructor(){super(),this.clinics=[],this.me=null,this.down=this.asked=!1}connectedCallback(){super.connectedCallback(),this.ask(),this.timer=window.setInterval(()=>void this.ask(),f)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}async ask(){if(document.hidden&&this.asked)return;let e=await t(`/ui/start`);if(e.status===401)return r();this.down=!e.ok||e.data.stale,this.asked=!0,e.ok&&(u(e.data.now),this.clinics=e.data.clinics,this.me=e.data.me)}static styles=[o,c`
      main { max-width: 76rem; margin: 0 auto; padding: clamp(1.5rem, 5vw, 4rem) 1.25rem; display: grid; gap: 2.5rem; }
      .hero { display: grid; gap: 0.6rem; max-width: 44rem; }
      .hero h1 { font-size: clamp(1.9rem, 4.5vw, 3.1rem); line-height: 1.08; letter-spacing: -0.025em; text-wrap: balance; }
      .hero p { color: var(--muted); font-size: 1.12rem; }
      .clinics { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); list-style: none; margin: 0; padding: 0; }
      .clinic { background: var(--surface); border: 1px solid var(--line); border-radius: 20px; box-shadow: var(--shadow); padding: 1.5rem; display: grid; gap: 1.25rem; }
      .clinic header { display: flex; justify-content: space-between; align-items: baseline; }
      .clinic h2 { font-size: 1.35rem; letter-spacing: -0.01em; }
      .clinic time { color: var(--muted); font-variant-numeric: tabular-nums; }
      dl { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; margin: 0; }
      dl div { background: var(--surface-2); border-radius: 12px; padding: 0.7rem 0.9rem; display: grid; }
      dt { color: var(--muted); font-size: 0.85rem; order: 2; }
      dd { margin: 0; font-size: 1.9rem; font-weight: 750; line-height: 1.1; font-variant-numeric: tabular-nums; }
      .late { background: var(--danger-soft); }
      .late dd, .late dt { color: var(--danger); }
      .links { display: grid; gap: 0.5rem; }
      .links a { justify-content: flex-start; min-height: 2.75rem; }
      .links a svg { color: var(--accent); }
    `];render(){return e`
      <cf-app-bar .me=${this.me} .health=${this.down?`paused`:this.asked?`live`:`connecting`}></cf-app-bar>
      <main>
        <div class="hero">
          <h1>${s(`headline`)}</h1>
          <p>${s(`subline`)}</p>
        </div>
        ${this.down?e`<p class="problem" role="alert">${a(`alert`)}${s(`noServer`)}</p>`:n}
        <ul class="clinics">${this.clinics.map(e=>this.clinic(e))}</ul>
      </main>
    `}clinic(t){return e`<li class="clinic">
      <header><h2>${t.name}</h2><time>${d(l(),t.zone)}</time></header>
      <dl>
        <div><dt>${s(`inClinic`)}</dt><dd>${t.patients}</dd></div>
        <div><dt>${s(`waitingNow`)}</dt><dd>${t.waiting}</dd></div>
        <div><dt>${s(`openTasks`)}</dt><dd>${t.tasks}</dd></div>
        <div class=${t.overdue?`late`:``}><dt>${s(`overdueTasks`)}</dt><dd>${t.overdue}</dd></div>
      </dl>
      <div class="links">
        <a class="button" href="/display/${t.id}">${a(`screen`)}${s(`waitingRoom`)}</a>
        <a class="button" href="/board/${t.id}">${a(`board`)}${s(`board`)}</a>
        <a class="button" href="/desk/${t.id}">${a(`desk`)}${s(`desk`)}</a>
      </div>
    </li>`}};customElements.define(`cf-start`,p);