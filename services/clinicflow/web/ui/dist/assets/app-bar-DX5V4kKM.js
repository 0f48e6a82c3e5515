import{S as e,_ as t,b as n,f as r,g as i,m as a,n as o,p as s,r as c,s as l,t as u,u as d,v as f,w as p,y as m}from"./styles-DgBV7oYc.js";var h=class extends o{static properties={clinic:{},clinicName:{},page:{},me:{},health:{}};constructor(){super(),this.clinic=this.clinicName=this.page=``,this.me=null,this.health=``}static styles=[u,p`
      header { display: flex; align-items: center; gap: 0.5rem 1.25rem; padding: 0.6rem 1.25rem; background: var(--surface); border-bottom: 1px solid var(--line); flex-wrap: wrap; }
      .brand { display: flex; align-items: center; gap: 0.6rem; font-weight: 750; font-size: 1.05rem; color: var(--ink); text-decoration: none; }
      .brand svg { color: var(--accent); }
      nav { display: flex; gap: 0.25rem; }
      nav a { color: var(--muted); text-decoration: none; font-weight: 600; padding: 0.4rem 0.8rem; border-radius: 99px; }
      nav a:hover { background: var(--surface-2); color: var(--ink); }
      nav a[aria-current] { background: var(--accent-soft); color: var(--accent-deep); }
      .right { margin-left: auto; display: flex; align-items: center; gap: 0.6rem; flex-wrap: wrap; }
      select { width: auto; min-height: 2.25rem; }
      .who { display: grid; line-height: 1.2; text-align: right; font-weight: 650; font-size: 0.92rem; }
      .who small { color: var(--muted); font-weight: 400; }
      @media (max-width: 44rem) {
        header { padding: 0.5rem 0.9rem; gap: 0.4rem 0.5rem; }
        nav { order: 3; width: 100%; justify-content: space-between; }
        nav a { padding: 0.4rem 0.7rem; }
        .right { gap: 0.4rem; flex-wrap: nowrap; min-width: 0; flex: 1; justify-content: flex-end; }
        select { width: 5.3rem; padding-inline: 0.4rem; flex: none; }
        .who small { display: none; }
        .who { font-size: 0.8rem; min-width: 0; overflow: hidden; overflow-wrap: anywhere; line-height: 1.1; }
        .brand span { max-width: 5.2rem; line-height: 1.15; font-size: 0.95rem; }
        .live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      }
      .dot { width: 0.55rem; height: 0.55rem; border-radius: 50%; background: currentColor; }
    `];render(){let t=[[`board`,d(`board`)],[`desk`,d(`desk`)],[`display`,d(`display`)]];return e`<header>
      <a class="brand" href="/" title=${d(`home`)}>${c(`pulse`,24)}<span>${this.clinicName||`clinicflow`}</span></a>
      ${this.clinic?e`<nav aria-label=${this.clinicName}>
            ${t.map(([t,r])=>e`<a href="/${t}/${this.clinic}" aria-current=${this.page===t?`page`:n}>${r}</a>`)}
          </nav>`:n}
      <div class="right">${this.liveness()} ${this.choices()} ${this.person()}</div>
    </header>`}liveness(){if(!this.health)return n;if(this.health===`live`)return e`<span class="chip ok" role="status"><span class="dot"></span><span class="live">${d(`live`)}</span></span>`;let t=this.health===`paused`?d(`stale`):d(`connectingStaff`);return e`<span class="chip warn" role="status">${c(`alert`,16)}${t}</span>`}choices(){let n=m()===`dark`||m()===`auto`&&matchMedia(`(prefers-color-scheme: dark)`).matches;return e`
      <select aria-label=${d(`language`)} @change=${e=>t(e.target.value)}>
        ${s.map(t=>e`<option value=${t} ?selected=${t===i()}>${a[t]}</option>`)}
      </select>
      <button class="quiet icon-only" aria-label=${d(`theme`)} title=${d(`theme`)} @click=${()=>f(n?`light`:`dark`)}>
        ${c(n?`sun`:`moon`)}
      </button>`}person(){return this.page===`sign-in`?n:this.me?e`<span class="who">${this.me.name}<small>${r(this.me.role)}</small></span>
      <button class="quiet icon-only" aria-label=${d(`signOut`)} title=${d(`signOut`)} @click=${this.signOut}>${c(`leave`)}</button>`:e`<a class="button" href="/sign-in">${d(`signIn`)}</a>`}async signOut(){await l(`/dev/sign-out`,{}),location.href=`/sign-in`}};customElements.define(`cf-app-bar`,h);