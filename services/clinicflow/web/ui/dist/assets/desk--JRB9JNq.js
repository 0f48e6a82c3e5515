import{S as e,a as t,b as n,c as r,f as i,i as a,m as o,n as s,o as c,p as l,r as u,s as d,t as f,u as p,w as m}from"./styles-DgBV7oYc.js";import{a as h,n as g,r as _,t as v}from"./model-DAbYCjCQ.js";import{a as y,r as b}from"./time-BIM0Uja0.js";import"./app-bar-DX5V4kKM.js";var x=12;function S(e){try{return JSON.parse(sessionStorage.getItem(`cf-desk-${e}`)??`[]`)}catch{return[]}}function C(e,t){let n=t.slice(0,x);try{sessionStorage.setItem(`cf-desk-${e}`,JSON.stringify(n))}catch{}return n}var w=m`
  main { padding: 1.5rem 1.25rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.1rem; max-width: 100rem; margin: 0 auto; }
  .head { display: flex; justify-content: space-between; align-items: center; gap: 1rem; flex-wrap: wrap; }
  h1 { font-size: 1.6rem; letter-spacing: -0.015em; }
  h1 span, h2 span { color: var(--muted); font-weight: 550; }
  h2 { font-size: 1.05rem; margin: 1.25rem 0 0.6rem; }
  .large { min-height: 2.9rem; font-size: 1rem; padding: 0 1.3rem; }
  .panes { display: grid; grid-template-columns: minmax(0, 1fr) 20rem; gap: 1.25rem; align-items: start; }
  .scroll { overflow: visible; border: 1px solid var(--line); border-radius: 18px; background: var(--surface); box-shadow: var(--shadow); }
  table { width: 100%; border-collapse: collapse; }
  th { text-align: left; font-size: 0.82rem; color: var(--muted); font-weight: 600; padding: 0.75rem 1rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
  td { padding: 0.65rem 1rem; border-bottom: 1px solid var(--line); }
  td .chip { vertical-align: middle; }
  tr:last-child td { border-bottom: 0; }
  .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
  .buttons { display: flex; gap: 0.4rem; justify-content: flex-end; align-items: center; }
  th:last-child { text-align: right; }
  .ticket { font-size: 1.05rem; }
  .menu { position: relative; }
  .menu[open] > div { position: absolute; z-index: 5; top: calc(100% + 0.3rem); right: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 10px 30px rgb(0 0 0 / 22%); padding: 0.35rem; display: grid; min-width: 11rem; }
  .menu > div button { border-color: transparent; justify-content: flex-start; white-space: nowrap; }
  .menu summary { list-style: none; cursor: pointer; width: 2.25rem; height: 2.25rem; display: grid; place-items: center; border-radius: var(--radius-s); }
  .menu summary:hover { background: var(--surface-2); }
  .menu summary::-webkit-details-marker { display: none; }
  aside { background: var(--surface); border: 1px solid var(--line); border-radius: 18px; padding: 1.1rem; box-shadow: var(--shadow); }
  aside h2 { margin-top: 0; }
  aside ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.7rem; }
  aside li { display: flex; justify-content: space-between; align-items: center; gap: 0.6rem; }
  aside li small { display: block; color: var(--muted); }
  aside .ticket { font-size: 0.85rem; }
  @media (max-width: 44rem) {
    main { padding: 1rem 0.9rem; }
    thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
    table, tbody { display: block; }
    tr { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.35rem 0.7rem; align-items: center; padding: 0.75rem 0.9rem; border-bottom: 1px solid var(--line); }
    tr:last-child { border-bottom: 0; }
    td, td.number { padding: 0 !important; border: 0; }
    td.stage { grid-column: 1 / 3; grid-row: 2; }
    td.number { grid-column: 3; grid-row: 2; justify-self: end; }
    td.room { grid-column: 3; grid-row: 1; justify-self: end; }
    td.room.none { display: none; }
    td.todo { grid-column: 1 / -1; }
    .buttons { justify-content: flex-start; }
    .menu[open] > div { right: auto; left: 0; }
  }
  @media (max-width: 62rem) { .panes { grid-template-columns: minmax(0, 1fr); }
    .scroll { padding-bottom: 0.2rem; }
    td, th { padding-inline: 0.5rem; }
    .buttons { flex-wrap: wrap; } }
  @media (min-width: 44.01rem) and (max-width: 62rem) { .scroll { overflow-x: auto; } }
`,T=[`wheelchair`,`interpreter`,`large-print`,`hearing`],E=class extends s{static properties={clinic:{},ticket:{state:!0},problem:{state:!0},busy:{state:!0}};constructor(){super(),this.clinic=this.ticket=this.problem=``,this.busy=!1}async open(){this.ticket=this.problem=``,await this.updateComplete;let e=this.dialog;e.querySelector(`form`)?.reset(),e.open||e.showModal()}get dialog(){return this.renderRoot.querySelector(`dialog`)}async give(e){if(e.preventDefault(),this.busy)return;this.busy=!0,this.problem=``;let t=new FormData(e.target),n=await d(`/ui/desk/tickets`,{clinic_id:this.clinic});n.ok?await this.arrive(n.data,t):this.problem=n.reason||p(`notSent`),this.busy=!1}async arrive(e,t){let n={case_id:e.case_id,clinic_id:e.clinic_id,patient_id:e.patient_id},i=String(t.get(`name`)??``).trim(),a=t.getAll(`needs`).map(String),o=String(t.get(`language`)??``),s=[{type:`patient-arrived`,event_id:c(),...n,mode:`walk_in`,accessibility_needs:a,...i?{person:{name:i}}:{}},{type:`ticket-issued`,event_id:c(),...n,ticket:e.ticket,accessibility_needs:a,display_consent:t.get(`screen`)!==null,...o?{language:o}:{}}],l=await r(s);l.ok?(this.ticket=e.ticket,this.dispatchEvent(new CustomEvent(`did`,{detail:{what:p(`walkIn`),ticket:e.ticket,events:[s[1],s[0]]}}))):this.problem=l.reason||p(`notSent`)}static styles=[f,m`
      dialog { width: min(34rem, calc(100vw - 2rem)); }
      .big { display: grid; justify-items: center; gap: 0.4rem; padding: 1.25rem; background: var(--accent-soft); border-radius: var(--radius); text-align: center; }
      .big strong { font-size: 4.5rem; line-height: 1.1; letter-spacing: 0.05em; color: var(--accent-deep); }
      fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.6rem 1.2rem; }
      legend { font-weight: 600; font-size: 0.9rem; margin-bottom: 0.4rem; padding: 0; }
    `];render(){return e`<dialog aria-labelledby="walk-in-heading">
      ${this.ticket?this.given():this.form()}
    </dialog>`}form(){return e`<form @submit=${this.give}>
      <div class="dialog-head">
        <h2 id="walk-in-heading">${p(`walkInTitle`)}</h2>
        <button type="button" class="quiet icon-only" aria-label=${p(`close`)} @click=${()=>this.dialog.close()}>${u(`close`)}</button>
      </div>
      ${this.problem?e`<p class="problem" role="alert">${u(`alert`)}${this.problem}</p>`:n}
      <label><span>${p(`name`)} <small>${p(`optional`)} · ${p(`nameHelp`)}</small></span><input name="name" maxlength="200" autocomplete="off" /></label>
      <label>${p(`patientLanguage`)}
        <select name="language"><option value="">${p(`notSaid`)}</option>${l.map(t=>e`<option value=${t}>${o[t]}</option>`)}</select>
      </label>
      <fieldset><legend>${p(`needs`)}</legend>
        ${T.map(t=>e`<label class="tick"><input type="checkbox" name="needs" value=${t} />${i(t)}</label>`)}
      </fieldset>
      <label class="tick"><input type="checkbox" name="screen" checked />${p(`showOnScreen`)}</label>
      <div class="dialog-foot">
        <button type="button" @click=${()=>this.dialog.close()}>${p(`cancel`)}</button>
        <button class="primary" ?disabled=${this.busy}>${u(`ticket`)}${p(`giveTicket`)}</button>
      </div>
    </form>`}given(){return e`<div class="body">
      <h2 id="walk-in-heading">${p(`ticketIs`)}</h2>
      <div class="big" role="status"><strong>${this.ticket}</strong><span>${p(`ticketHelp`)}</span></div>
      <div class="dialog-foot"><button class="primary" @click=${()=>this.dialog.close()}>${p(`close`)}</button></div>
    </div>`}};customElements.define(`cf-walk-in`,E);var D=[`visit-ended`,`arrived`,`checked-in`,`roomed`,`with-provider`],O=class extends s{static properties={revision:{state:!0},done:{state:!0},problem:{state:!0},busy:{state:!0}};model=new v(a(),()=>this.revision+=1);ticks=15;constructor(){super(),this.revision=0,this.done=S(this.model.clinicId),this.problem=this.busy=``}connectedCallback(){super.connectedCallback(),this.model.begin()}disconnectedCallback(){super.disconnectedCallback(),this.model.stop()}static styles=[f,w];render(){let{model:t}=this;if(t.refusal)return g(t.refusal,`desk`);let r=[...t.visits.values()],i=r.filter(e=>!e.over).sort((e,t)=>D.indexOf(e.stage)-D.indexOf(t.stage)||e.arrived_at-t.arrived_at),a=r.filter(e=>e.over).sort((e,t)=>(t.ended_at??0)-(e.ended_at??0));return e`
      <cf-app-bar page="desk" .clinic=${t.clinicId} .clinicName=${t.clinic.name} .me=${t.me} .health=${t.health}></cf-app-bar>
      <main>
        ${t.health===`paused`?e`<p class="problem" role="alert">${u(`alert`)}<span>${p(`stale`)}. ${p(`staleHelp`)}</span></p>`:n}
        ${this.problem?e`<p class="problem" role="alert">${u(`alert`)}<span>${p(`refused`)}: ${this.problem}</span><button @click=${()=>this.problem=``}>${p(`dismiss`)}</button></p>`:n}
        <div class="head">
          <h1>${p(`arrivals`)} <span>${i.length}</span></h1>
          <button class="primary large" @click=${()=>this.renderRoot.querySelector(`cf-walk-in`).open()}>${u(`plus`)}${p(`walkIn`)}</button>
        </div>
        <div class="panes">
          <div>${i.length?this.table(i):e`<p class="empty">${p(`nobodyHere`)}</p>`}
            ${a.length?e`<h2>${p(`gone`)} <span>${a.length}</span></h2>${this.table(a.slice(0,20))}`:n}
          </div>
          <aside aria-label=${p(`lastActions`)}>${this.actions()}</aside>
        </div>
      </main>
      <cf-event-form></cf-event-form>
      <cf-walk-in .clinic=${t.clinicId} @did=${e=>this.note(e.detail)}></cf-walk-in>
    `}table(t){return e`<div class="scroll" tabindex="0" role="region" aria-label=${p(`arrivals`)}><table>
      <thead><tr><th>${p(`ticket`)}</th><th>${p(`patient`)}</th><th>${p(`stage`)}</th><th>${p(`waits`)}</th><th>${p(`room`)}</th><th>${p(`actions`)}</th></tr></thead>
      <tbody>${h(t,e=>e.case_id,e=>this.row(e))}</tbody>
    </table></div>`}row(t){let r=this.model.nameOf(t.patient_id),{first:a,more:o}=j(t);return e`<tr data-visit=${t.case_id} data-ticket=${t.ticket??``}>
      <td class="code">${t.ticket?e`<span class="ticket">${t.ticket}</span>`:`–`}</td>
      <td class="name">${r||e`<span class="hint">${p(`noName`)}</span>`}</td>
      <td class="stage"><span class="chip ${A(t.stage)}">${i(t.stage)}</span>${t.acuity===`routine`?n:e` <span class="chip warn">${u(`bolt`,15)}${i(t.acuity)}</span>`}</td>
      <td class="number">${t.over?`–`:b(y()-k(t))}</td>
      <td class="room ${t.room_id?``:`none`}">${t.room_id?this.model.rooms[t.room_id]??t.room_id:`–`}</td>
      <td class="todo"><span class="buttons">
        ${a.map(e=>this.button(t,e))}
        ${o.length?e`<details class="menu"><summary aria-label=${p(`more`)} title=${p(`more`)}>${u(`more`)}</summary><div>${o.map(e=>this.button(t,e))}</div></details>`:n}
      </span></td>
    </tr>`}button(t,n){return e`<button class=${n.primary?`primary`:``} data-step=${n.type} ?disabled=${this.busy===t.case_id} @click=${()=>this.take(t,n)}>${n.text}</button>`}async take(e,n){for(let e of this.renderRoot.querySelectorAll(`details`))e.open=!1;if(this.problem=``,n.type===`patient-called`){this.problem=await this.post(e,n,{call_no:e.call_no+1,channel:`display`});return}let r=await t(`/ui/forms/${n.type}`);if(!r.ok){this.problem=r.reason||p(`notSent`);return}let i=_(r.data);await this.renderRoot.querySelector(`cf-event-form`).open({heading:n.text,about:[e.ticket,this.model.nameOf(e.patient_id)].filter(Boolean).join(` · `),button:i.length?p(`save`):n.text,fields:i,zone:this.model.clinic.zone,rooms:this.model.rooms,staff:this.model.staff,submit:t=>this.post(e,n,t)})}async post(e,t,n){this.busy=e.case_id;let i=e.patient_id?{patient_id:e.patient_id}:{},a={type:t.type,event_id:c(),case_id:e.case_id,clinic_id:e.clinic_id,...i,...n},o=await r([a]);return this.busy=``,o.ok?(this.note({what:t.text,ticket:e.ticket??``,events:[a]}),``):o.reason||p(`notSent`)}note(e){let t=e.events.map(({type:e,event_id:t,case_id:n,clinic_id:r,patient_id:i})=>({type:e,event_id:t,case_id:n,clinic_id:r,patient_id:i}));this.done=C(this.model.clinicId,[{what:e.what,ticket:e.ticket,at:y(),events:t,undone:!1},...this.done])}actions(){return e`<h2>${p(`lastActions`)}</h2>
      ${this.done.length?n:e`<p class="hint">${p(`noActions`)}</p>`}
      <ul>${this.done.map(t=>e`<li>
        <span><strong>${t.what}</strong> ${t.ticket?e`<span class="ticket">${t.ticket}</span>`:n}<small>${b(y()-t.at)}</small></span>
        ${t.undone?e`<span class="chip">${p(`undone`)}</span>`:e`<button data-undo=${t.events[0].type} @click=${()=>this.undo(t)}>${u(`undo`,18)}${p(`undo`)}</button>`}
      </li>`)}</ul>`}async undo(e){this.problem=``;for(let t of e.events){let{case_id:e,clinic_id:n,patient_id:i,event_id:a}=t,o=i?{patient_id:i}:{},s=await r([{type:`event-voided`,event_id:c(),case_id:e,clinic_id:n,...o,corrects:a,reason:`entered_in_error`}]);if(!s.ok){this.problem=s.reason||p(`notSent`);return}}this.done=C(this.model.clinicId,this.done.map(t=>t===e?{...t,undone:!0}:t))}};function k(e){return e.stage!==`arrived`&&e.stage!==`checked-in`?e.since:Math.min(y(),Math.max(e.arrived_at,e.appointment_at??0))}function A(e){return{arrived:`warn`,"checked-in":`accent`,roomed:`accent`,"with-provider":`ok`,"visit-ended":`violet`}[e]??``}function j(e){if(e.over)return{first:[],more:[]};let t={type:`visit-cancelled`,text:p(`cancelVisit`)},n={type:`left-without-being-seen`,text:p(`left`)},r={type:`patient-called`,text:p(`call`)};return e.stage===`arrived`?{first:[{type:`checked-in`,text:p(`checkIn`),primary:!0},r],more:[n,t]}:e.stage===`checked-in`?{first:[r],more:[n,t]}:e.stage===`visit-ended`?{first:[{type:`checked-out`,text:p(`checkOut`),primary:!0}],more:[]}:{first:[],more:e.stage===`roomed`?[n,t]:[t]}}customElements.define(`cf-desk`,O);