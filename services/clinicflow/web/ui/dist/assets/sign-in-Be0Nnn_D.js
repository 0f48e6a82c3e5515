import{S as e,a as t,b as n,f as r,n as i,r as a,s as o,t as s,u as c,w as l}from"./styles-DgBV7oYc.js";import"./app-bar-DX5V4kKM.js";var u=class extends i{static properties={staff:{state:!0},problem:{state:!0},search:{state:!0}};constructor(){super(),this.staff=[],this.problem=this.search=``}connectedCallback(){super.connectedCallback(),this.ask()}async ask(){let e=await t(`/dev/staff`),n=await t(`/ui/start`);n.ok&&(this.working=new Set(n.data.on_shift)),e.ok?this.staff=e.data.staff:this.problem=e.status===403?c(`notDemo`):e.reason||c(`noServer`)}working=new Set;async choose(e){let t=await o(`/dev/sign-in`,{staff_id:e.id});t.ok?location.href=this.next(e):this.problem=t.reason||c(`notSent`)}next(e){let t=new URLSearchParams(location.search).get(`next`)??``,n=/^\/(board|desk|display)\/([\w-]+)$/.exec(t);if(n&&e.clinics.includes(n[2]))return t;let r=n?.[1]??(e.role===`FD`?`desk`:`board`);return e.clinics.length?`/${r}/${e.clinics[0]}`:`/`}static styles=[s,l`
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
    `];render(){let t=this.search.trim().toLowerCase(),i=this.staff.filter(e=>`${e.name} ${e.role} ${r(e.role)}`.toLowerCase().includes(t)),o=[...new Set(i.flatMap(e=>e.clinics.slice(0,1)))].sort();return e`
      <cf-app-bar page="sign-in" .me=${null}></cf-app-bar>
      <main>
        <div class="intro"><h1>${c(`pickPerson`)}</h1><p>${c(`pickHelp`)}</p></div>
        ${this.problem?e`<p class="problem" role="alert">${a(`alert`)}${this.problem}</p>`:n}
        <label class="find">${c(`name`)}
          <input type="search" @input=${e=>this.search=e.target.value} />
        </label>
        ${o.map(e=>this.clinic(e,i.filter(t=>t.clinics[0]===e)))}
      </main>
    `}clinic(t,i){let o=[...i].sort((e,t)=>Number(this.working.has(t.id))-Number(this.working.has(e.id)));return e`<section aria-label=${t}>
      <h2>${r(t)}</h2>
      <ul>
        ${o.map(t=>e`<li>
            <button data-staff=${t.id} @click=${()=>this.choose(t)}>
              <span class="face">${a(`user`)}</span><span>${t.name}<small>${r(t.role)}</small></span>
              ${this.working.has(t.id)?e`<span class="chip ok">${c(`onShift`)}</span>`:n}
            </button>
          </li>`)}
      </ul>
    </section>`}};customElements.define(`cf-sign-in`,u);