import{S as e,a as t,b as n,c as r,d as i,f as a,i as o,n as s,o as c,r as l,t as u,u as d,w as f}from"./styles-DgBV7oYc.js";import{a as p,i as m,n as h,r as g,t as _}from"./model-DAbYCjCQ.js";import"./app-bar-DX5V4kKM.js";import{a as v,n as y,r as b}from"./time-BIM0Uja0.js";var x=new Set([`release`,`decline`,`pause`,`delegate`,`fail`]),S=new Set([`task_id`,`agent`,`closing_event_id`]);function C(e,t){let n=t.me!==null&&e.owner===t.me.id,r=t.me?.lead??!1;return e.status===`requested`?{first:[`claim`,`start`],more:[`complete`,`decline`,...r?[`delegate`,`fail`]:[]]}:n?e.status===`accepted`?{first:[`start`,`complete`],more:[`pause`,`release`,`decline`,`delegate`,`fail`]}:e.status===`on-hold`?{first:[`resume`,`complete`],more:[`release`,`delegate`,`fail`]}:{first:[`complete`,`pause`],more:[`release`,`decline`,`delegate`,`fail`]}:{first:[],more:[`complete`,...r?[`delegate`,`release`,`fail`]:[]]}}async function w(e,t,n,i){if(e===`complete`)return E(t,n,i);let a=e===`resume`||e===`claim`||e===`start`?`task-${e}-requested`:``;return a?j(await r([{type:a,task_id:t.task_id}])):x.has(e)?T(e,t,n,i):``}async function T(e,n,a,o){let s=`task-${e}-requested`,c=await t(`/ui/forms/${s}`);return c.ok?(await o.open({heading:`${d(e)}: ${i(n.titles,n.activity)}`,about:A(n,a),button:d(e),fields:g(c.data).filter(e=>!S.has(e.name)),...k(a),submit:async e=>j(await r([{type:s,task_id:n.task_id,...e}]))}),``):c.reason||d(`notSent`)}async function E(e,n,o){let s=e.closing,c=[];if(s){let n=await t(`/ui/forms/${s}?task=${e.task_id}`);if(!n.ok)return n.reason||d(`notSent`);c=g(n.data)}return await o.open({heading:i(e.titles,e.activity),about:[s?a(s):d(`confirmComplete`),A(e,n)].filter(Boolean).join(` · `),button:c.length?d(`send`):d(`complete`),fields:c,...k(n),submit:async t=>j(await r(O(e,t)))}),``}async function D(e,t,n){let i=e.patient_id?{patient_id:e.patient_id}:{},a={type:`provider-exited`,event_id:c(),case_id:e.case_id,clinic_id:e.clinic_id,...i},o=e.room_id?t.rooms[e.room_id]??e.room_id:``;await n.open({heading:d(`providerLeft`),about:[e.ticket,t.nameOf(e.patient_id),o].filter(Boolean).join(` · `),button:d(`providerLeft`),fields:[],...k(t),submit:async()=>j(await r([a]))})}function O(e,t){let n={type:`task-completion-requested`,task_id:e.task_id};if(!e.closing)return[n];let r=c(),i=e.patient_id?{patient_id:e.patient_id}:{};return[{type:e.closing,event_id:r,case_id:e.case_id,clinic_id:e.clinic_id,...i,...t},{...n,closing_event_id:r}]}function k(e){return{zone:e.clinic.zone,rooms:e.rooms,staff:e.staff}}function A(e,t){let n=t.visitOf(e),r=e.room_id??n?.room_id??null;return[n?.ticket,t.nameOf(e.patient_id),r?t.rooms[r]??r:``].filter(Boolean).join(` · `)}function j(e){return e.ok?``:e.status===0?d(`notSent`):e.reason||d(`refused`)}var M=[`arrived`,`checked-in`,`roomed`,`with-provider`,`visit-ended`],N={"not-taken":`waitNotTaken`,taken:`waitTaken`,"being-done":`waitDoing`,"on-hold":`waitHold`},P=class extends s{static properties={model:{},revision:{}};ticks=15;static styles=[u,f`
      .stages { display: grid; gap: 1rem; grid-template-columns: repeat(5, minmax(13rem, 1fr)); align-items: start; }
      section { background: var(--surface-2); border-radius: 18px; padding: 0.9rem; display: grid; gap: 0.7rem; }
      h2 { font-size: 0.95rem; display: flex; justify-content: space-between; color: var(--muted); }
      article { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: 0.75rem 0.85rem; display: grid; gap: 0.4rem; font-size: 0.92rem; }
      .row { display: flex; gap: 0.5rem; align-items: center; flex-wrap: wrap; }
      .muted { color: var(--muted); display: inline-flex; gap: 0.3rem; align-items: center; font-size: 0.86rem; }
      @media (max-width: 70rem) { .stages { grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); } }
    `];render(){let t=[...this.model.visits.values()].filter(e=>!e.over);return e`<div class="stages">
      ${M.map(n=>{let r=t.filter(e=>e.stage===n).sort((e,t)=>e.since-t.since);return e`<section aria-label=${a(n)}>
          <h2>${a(n)}<span>${r.length}</span></h2>
          ${r.map(e=>this.visit(e))}
        </section>`})}
    </div>`}left(e){this.dispatchEvent(new CustomEvent(`left`,{detail:e,bubbles:!0,composed:!0}))}visit(t){let r=this.model.nameOf(t.patient_id),i=t.waiting;return e`<article>
      <div class="row">
        ${t.ticket?e`<span class="ticket">${t.ticket}</span>`:n}
        ${r?e`<strong>${r}</strong>`:e`<span class="hint">${d(`noName`)}</span>`}
      </div>
      <div class="row">
        ${t.room_id?e`<span class="muted">${l(`door`,16)}${this.model.rooms[t.room_id]??t.room_id}</span>`:n}
        <span class="muted">${l(`clock`,16)}${b(v()-t.since)}</span>
        ${t.acuity===`routine`?n:e`<span class="chip warn">${l(`bolt`,15)}${a(t.acuity)}</span>`}
        ${t.incomplete?e`<span class="chip danger">${l(`alert`,15)}${d(`incomplete`)}</span>`:n}
      </div>
      ${t.stage===`with-provider`?e`<button data-left=${t.case_id} @click=${()=>this.left(t)}>${l(`leave`,18)}${d(`providerLeft`)}</button>`:n}
      ${i?e`<span class="muted">${l(`arrow`,16)}${d(`waitsFor`)} ${i.roles.map(a).join(`, `)}: ${d(N[i.reason]??`waitNotTaken`)}</span>`:n}
    </article>`}};customElements.define(`cf-patients`,P);var F=12e7,I={c:`claim`,s:`start`,d:`complete`,p:`pause`,r:`release`},L=class extends s{static properties={task:{},model:{},refusal:{},busy:{type:Boolean},revision:{}};ticks=15;constructor(){super(),this.refusal=``,this.busy=!1,this.revision=0}static styles=[u,f`
      article { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); padding: 0.9rem 1rem; display: grid; gap: 0.6rem; border-left: 5px solid var(--line); }
      article.urgent { border-left-color: var(--warn-line); }
      article.asap { border-left-color: var(--violet); }
      article.stat { border-left-color: var(--danger); }
      .row { display: flex; align-items: center; gap: 0.45rem; flex-wrap: wrap; }
      h3 { font-size: 1.02rem; line-height: 1.3; font-weight: 650; }
      .who { display: flex; gap: 0.55rem; align-items: center; flex-wrap: wrap; font-size: 0.92rem; }
      .who .room { display: inline-flex; gap: 0.3rem; align-items: center; color: var(--muted); }
      .actions { display: flex; gap: 0.45rem; flex-wrap: wrap; align-items: center; }
      .rest { margin-left: auto; display: inline-flex; align-items: center; }
      .rest .why { padding-inline: 0.5rem; }
      @media (max-width: 26rem) { .actions button { padding-inline: 0.65rem; } .rest .why svg { display: none; } }
      .menu { position: relative; }
      .menu[open] > div { position: absolute; z-index: 5; top: calc(100% + 0.3rem); right: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 10px 30px rgb(0 0 0 / 22%); padding: 0.35rem; display: grid; min-width: 11rem; }
      .menu > div button { justify-content: flex-start; }
      .menu summary { list-style: none; cursor: pointer; width: 2.25rem; height: 2.25rem; display: grid; place-items: center; border-radius: var(--radius-s); }
      .menu summary:hover { background: var(--surface-2); }
      .menu summary::-webkit-details-marker { display: none; }
    `];render(){let{task:t}=this;return e`<article class=${t.priority} tabindex="0" aria-labelledby="title" data-task=${t.task_id} @keydown=${this.key}>
      <div class="row">${this.badges()}</div>
      <h3 id="title">${i(t.titles,t.activity)}</h3>
      <div class="who">${this.patient()}</div>
      ${this.refusal?e`<p class="problem" role="alert">${l(`alert`)}<span>${d(`refused`)}: ${this.refusal}</span>
            <button @click=${()=>this.tell(`dismiss`)}>${d(`dismiss`)}</button></p>`:n}
      ${this.buttons()}
    </article>`}badges(){let{task:t}=this,r=t.due_at-v(),i=r<0?e`<span class="chip danger">${l(`alert`,15)}${d(`overdueBy`,{t:b(-r)})}</span>`:e`<span class="chip ${r<F?`warn`:``}">${l(`clock`,15)}${d(`dueIn`,{t:b(r)})}</span>`,o={stat:`danger`,asap:`violet`,urgent:`warn`,routine:``}[t.priority];return e`
      ${t.priority===`routine`?n:e`<span class="chip ${o}">${l(`bolt`,15)}${a(t.priority)}</span>`}
      ${i}
      ${t.status===`in-progress`||t.status===`on-hold`?e`<span class="chip accent">${a(t.status)}${t.status===`on-hold`&&t.reason?`: ${a(t.reason)}`:``}</span>`:n}
      ${t.level>0?e`<span class="chip warn">${d(`escalated`)} ${t.level}</span>`:n}
      ${t.critical?e`<span class="chip danger">${d(`critical`)}</span>`:n}
      ${t.two_person?e`<span class="chip">${d(`twoPerson`)}</span>`:n}
      ${t.cause_voided?e`<span class="chip warn">${d(`causeVoided`)}</span>`:n}
    `}patient(){let{task:t,model:r}=this,i=r.visitOf(t),o=t.room_id??i?.room_id,s=r.nameOf(t.patient_id);return e`
      ${i?.ticket?e`<span class="ticket">${i.ticket}</span>`:n}
      ${s?e`<strong>${s}</strong>`:t.patient_id?e`<span class="hint">${d(`noName`)}</span>`:n}
      ${o?e`<span class="room">${l(`door`,16)}${r.rooms[o]??o}</span>`:n}
      ${t.owner?e`<span class="room">${l(`user`,16)}${d(`heldBy`,{who:r.colleague(t.owner)})}</span>`:n}
      ${t.meant_for&&t.meant_for!==t.owner?e`<span class="room">${l(`user`,16)}${d(`meantFor`,{who:r.colleague(t.meant_for)})}</span>`:n}
      ${t.about.map(t=>e`<span class="chip">${t}</span>`)}
      <span class="row">${t.roles.map(t=>e`<span class="chip">${a(t)}</span>`)}</span>
    `}buttons(){let{first:t,more:r}=C(this.task,this.model);return e`<div class="actions">
      ${t.map((e,t)=>this.button(e,t===0))}
      <span class="rest"><button class="quiet why" @click=${()=>this.tell(`why`)}>${l(`why`,18)}${d(`why`)}</button>
      ${r.length?e`<details class="menu" @focusout=${this.shutMenu}>
            <summary aria-label=${d(`more`)} title=${d(`more`)}>${l(`more`)}</summary>
            <div>${r.map(e=>this.button(e,!1,!0))}</div>
          </details>`:n}</span>
    </div>`}button(t,n,r=!1){return e`<button class=${n?`primary`:r?`quiet`:``} data-action=${t} ?disabled=${this.busy} @click=${()=>this.tell(t)}>${d(t)}</button>`}shutMenu(e){let t=e.currentTarget;t.contains(e.relatedTarget)||(t.open=!1)}key(e){if(e.composedPath()[0].tagName!==`ARTICLE`||e.ctrlKey||e.metaKey||e.altKey)return;let{first:t,more:n}=C(this.task,this.model),r=I[e.key.toLowerCase()];if(e.key.toLowerCase()===`w`)this.tell(`why`);else if(r&&[...t,...n].includes(r))this.tell(r);else return;e.preventDefault()}tell(e){let t=this.renderRoot.querySelector(`details`);t&&(t.open=!1),this.dispatchEvent(new CustomEvent(`act`,{detail:{what:e,task:this.task},bubbles:!0,composed:!0}))}};customElements.define(`cf-task-card`,L);var R={"not-taken":`waitNotTaken`,taken:`waitTaken`,"being-done":`waitDoing`,"on-hold":`waitHold`},z=class extends s{static properties={answer:{state:!0},problem:{state:!0}};task;model;constructor(){super(),this.answer=null,this.problem=``}async open(e,n){this.task=e,this.model=n,this.answer=null,this.problem=``,await this.updateComplete;let r=this.renderRoot.querySelector(`dialog`);r.open||r.showModal();let i=await t(`/ui/tasks/${e.task_id}/why`);i.ok?this.answer=i.data:this.problem=i.reason||d(`notSent`)}shut(){this.renderRoot.querySelector(`dialog`).close()}static styles=[u,f`
      dialog { margin: 0 0 0 auto; height: 100vh; max-height: 100vh; width: min(30rem, 100vw); border-radius: 20px 0 0 20px; border-width: 0 0 0 1px; }
      .rule { background: var(--surface-2); border-radius: var(--radius); padding: 1rem; display: grid; gap: 0.35rem; font-size: 0.92rem; }
      .rule strong { font-size: 1rem; }
      code { font-family: ui-monospace, "Liberation Mono", monospace; font-size: 0.82rem; background: var(--surface); border-radius: 6px; padding: 0.35rem 0.5rem; overflow-wrap: anywhere; display: block; }
      h3 { font-size: 0.95rem; color: var(--muted); }
      ol { list-style: none; margin: 0; padding: 0; display: grid; }
      li { display: grid; grid-template-columns: 1.5rem 1fr; gap: 0.6rem; padding-bottom: 1.1rem; position: relative; }
      li::before { content: ""; width: 0.8rem; height: 0.8rem; border-radius: 50%; background: var(--accent); margin: 0.35rem 0 0 0.2rem; z-index: 1; }
      li:not(:last-child)::after { content: ""; position: absolute; left: 0.55rem; top: 0.7rem; bottom: -0.3rem; width: 2px; background: var(--line); }
      .event { display: grid; gap: 0.2rem; }
      .event strong { display: flex; gap: 0.5rem; align-items: center; flex-wrap: wrap; }
      .facts { display: flex; flex-wrap: wrap; gap: 0.35rem; }
    `];render(){let t=this.task;return e`<dialog aria-labelledby="why-heading">
      <div class="body">
        <div class="dialog-head">
          <h2 id="why-heading">${d(`whyTitle`)}</h2>
          <button class="quiet icon-only" aria-label=${d(`close`)} @click=${this.shut}>${l(`close`)}</button>
        </div>
        ${t?e`<p><strong>${i(t.titles,t.activity)}</strong></p>`:n}
        ${this.problem?e`<p class="problem" role="alert">${l(`alert`)}${this.problem}</p>`:n}
        ${this.answer?this.found(this.answer):n}
      </div>
    </dialog>`}found(t){let r=t.rule;return e`
      ${t.waiting&&R[t.waiting.reason]?e`<p><span class="chip accent">${l(`clock`,16)}${d(`waitsFor`)}: ${t.waiting.roles.map(a).join(`, `)} · ${d(R[t.waiting.reason])}</span></p>`:n}
      <h3>${d(`byRule`)}</h3>
      <div class="rule">
        <strong>${i(r.titles,r.id)}</strong>
        <span>${a(r.id)}</span>
        <span>${d(`protocolLine`,{p:r.protocol,v:r.version??`?`,b:r.bundle})}</span>
        ${r.owner?e`<span class="hint">${d(`ownedBy`,{o:r.owner})}</span>`:n}
        ${r.source?e`<span class="hint">${d(`sourceIs`,{s:r.source})}</span>`:n}
        ${r.when?e`<span class="hint">${d(`condition`)}</span><code>${r.when}</code>`:n}
      </div>
      <h3>${d(`becauseOf`)}</h3>
      <ol>${t.chain.map((e,n)=>this.link(e,n,t.chain.length))}</ol>
    `}link(t,r,i){let o=this.model?.clinic.zone??`UTC`,s=t.actor_id?`${this.model?.colleague(t.actor_id)} · ${a(t.actor_role??``)}`:t.source;return e`<li>
      <span class="event">
        <strong>${a(t.type)}
          ${r===0?e`<span class="chip accent">${d(`cause`)}</span>`:n}
          ${r===i-1?e`<span class="chip">${d(`firstEvent`)}</span>`:n}
        </strong>
        <span class="hint">${y(t.occurred_at,o)} · ${s}</span>
        ${t.through?e`<span class="hint">${d(`through`,{a:a(t.through.activity)})}</span>`:n}
        <span class="facts">${Object.entries(t.facts).filter(([,e])=>!B(e)).map(([t,n])=>e`<span class="chip">${this.fact(t,n)}</span>`)}</span>
      </span>
    </li>`}fact(e,t){if(e===`room_id`)return`${a(e)}: ${this.model?.rooms[t]??t}`;if(t&&typeof t==`object`&&`unit`in t)return`${a(e)} ${t.value} ${m(t.unit)}`.trim();let n=Array.isArray(t)?t.join(`, `):typeof t==`boolean`?d(t?`yes`:`no`):String(t);return`${a(e)}: ${n.length>60?`${n.slice(0,57)}…`:n}`}};function B(e){return typeof e==`string`&&/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(e)}customElements.define(`cf-why`,z);var V=60,H=class extends s{static properties={revision:{state:!0},view:{state:!0},role:{state:!0},search:{state:!0}};model=new _(o(),()=>this.revision+=1);refusals=new Map;busy=new Set;constructor(){super(),this.revision=0,this.view=`tasks`,this.role=`mine`,this.search=``}connectedCallback(){super.connectedCallback(),this.model.begin()}disconnectedCallback(){super.disconnectedCallback(),this.model.stop()}static styles=[u,f`
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
      .columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem; align-items: start; }
      section { background: var(--surface-2); border-radius: 18px; padding: 0.9rem; display: grid; gap: 0.75rem; }
      h2 { font-size: 1rem; display: flex; justify-content: space-between; align-items: baseline; padding: 0 0.25rem; }
      h2 span { color: var(--muted); font-variant-numeric: tabular-nums; font-weight: 600; }
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
    `];render(){let{model:t}=this;return t.refusal?h(t.refusal,`board`):e`
      <cf-app-bar page="board" .clinic=${t.clinicId} .clinicName=${t.clinic.name} .me=${t.me} .health=${t.health}></cf-app-bar>
      <main @act=${this.acted} @keydown=${this.move}>
        <h1 class="visually-hidden">${d(`board`)} ${t.clinic.name}</h1>
        ${t.health===`paused`?e`<p class="problem" role="alert">${l(`alert`)}<span>${d(`stale`)}. ${d(`staleHelp`)}</span></p>`:n}
        <div role="status" class="notices">${t.notices.map(e=>this.notice(e))}</div>
        ${this.tools()}
        ${this.view===`patients`?e`<cf-patients .model=${t} .revision=${this.revision} @left=${this.providerLeft}></cf-patients>`:e`${this.columns()}<p class="keys">${d(`keys`)}</p>`}
      </main>
      <cf-event-form></cf-event-form><cf-why></cf-why>
    `}notice(t){let{task:n}=t,r=()=>{this.model.notices=this.model.notices.filter(e=>e!==t),this.revision+=1},o=n.kind===`delegated`&&n.owner===this.model.me?.id,s=a(`task-${o?`given`:n.kind}`);return e`<p>${l(`alert`,18)}<span>${d(`toldYou`,{task:i(n.titles,n.activity),what:s,about:A(n,this.model)})}</span>
      <button @click=${r}>${d(`dismiss`)}</button></p>`}tools(){let t=new Map;for(let e of this.model.tasks.values())for(let n of e.roles)t.set(n,(t.get(n)??0)+1);let r=[...t.keys()].sort((e,t)=>a(e).localeCompare(a(t))),i=[...this.model.tasks.values()].filter(e=>this.model.forMe(e)).length,o=(t,n,r)=>e`<button aria-pressed=${this.role===t} @click=${()=>this.role=t}>${n} <span class="n">${r}</span></button>`;return e`<div class="tools">
      <div class="switch">
        <button aria-pressed=${this.view===`tasks`} @click=${()=>this.view=`tasks`}>${l(`board`,18)}${d(`tasks`)}</button>
        <button aria-pressed=${this.view===`patients`} @click=${()=>this.view=`patients`}>${l(`users`,18)}${d(`patients`)}</button>
      </div>
      ${this.view===`tasks`?e`<div class="roles">${o(`mine`,d(`myRole`),i)}${o(`all`,d(`all`),this.model.tasks.size)}${r.map(e=>o(e,a(e),t.get(e)??0))}</div>
            <input class="find" type="search" aria-label=${d(`search`)} placeholder=${d(`search`)} @input=${e=>this.search=e.target.value} />`:n}
    </div>`}columns(){let t=this.model.me?.id,r=this.model.sorted().filter(e=>this.wanted(e)),i=[[d(`todo`),d(`noTodo`),r.filter(e=>e.status===`requested`)],[d(`mine`),d(`noMine`),this.model.sorted().filter(e=>e.owner===t&&e.status!==`requested`)],[d(`others`),d(`noOthers`),r.filter(e=>e.status!==`requested`&&e.owner!==t)]];return e`<div class="columns">
      ${i.map(([t,r,i])=>e`<section aria-label=${t}>
          <h2>${t}<span>${i.length}</span></h2>
          ${i.length?n:e`<p class="empty">${r}</p>`}
          ${p(i.slice(0,V),e=>e.task_id,e=>this.card(e))}
          ${i.length>V?e`<p class="empty">+ ${i.length-V}</p>`:n}
        </section>`)}
    </div>`}card(t){return e`<cf-task-card .task=${t} .model=${this.model} .revision=${this.revision} .refusal=${this.refusals.get(t.task_id)??``} .busy=${this.busy.has(t.task_id)}></cf-task-card>`}wanted(e){let t=this.role===`all`||(this.role===`mine`?this.model.forMe(e):e.roles.includes(this.role)),n=this.search.trim().toLowerCase();return t&&(!n||`${A(e,this.model)} ${i(e.titles,e.activity)}`.toLowerCase().includes(n))}async acted(e){let{what:t,task:n}=e.detail;if(this.refusals.delete(n.task_id),t===`why`)return this.renderRoot.querySelector(`cf-why`).open(n,this.model);if(t!==`dismiss`){this.busy.add(n.task_id),this.revision+=1;let e=await w(t,n,this.model,this.renderRoot.querySelector(`cf-event-form`));this.busy.delete(n.task_id),e&&this.refusals.set(n.task_id,e)}this.revision+=1}async providerLeft(e){await D(e.detail,this.model,this.renderRoot.querySelector(`cf-event-form`))}move(e){if(e.key!==`ArrowDown`&&e.key!==`ArrowUp`)return;let t=e.composedPath()[0];if(t.tagName!==`ARTICLE`)return;let n=[...this.renderRoot.querySelectorAll(`cf-task-card`)].map(e=>e.renderRoot.querySelector(`article`)),r=n[n.indexOf(t)+(e.key===`ArrowDown`?1:-1)];r&&(e.preventDefault(),r.focus(),r.scrollIntoView({block:`nearest`}))}};customElements.define(`cf-board`,H);