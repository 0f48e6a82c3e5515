import{S as e,a as t,b as n,h as r,i,n as a,p as o,r as s,t as c,u as l,w as u}from"./styles-DgBV7oYc.js";import{t as d}from"./stream-DcOtDfAT.js";import{a as f,i as p}from"./time-BIM0Uja0.js";var m;async function h(){try{return m??=new AudioContext,await m.resume(),g(),m.state===`running`}catch{return!1}}function g(){m?.state===`running`&&(_(m,659.25,0),_(m,523.25,.32))}function _(e,t,n){let r=e.currentTime+n,i=e.createOscillator(),a=e.createGain();i.type=`sine`,i.frequency.value=t,a.gain.setValueAtTime(1e-4,r),a.gain.exponentialRampToValueAtTime(.35,r+.03),a.gain.exponentialRampToValueAtTime(1e-4,r+1.1),i.connect(a).connect(e.destination),i.start(r),i.stop(r+1.2)}var v=3;function y(e,t){let n=e.filter(e=>e.state!==`waiting`),r=e.filter(e=>e.state===`waiting`),i=b(n,v),a=b(r,8-Math.min(v,n.length)),o=Math.max(i.length,a.length,1);return{calls:i.length?i[t%i.length]:[],waiting:a.length?a[t%a.length]:[],number:t%o+1,pages:o}}function b(e,t){let n=[];for(let r=0;r<e.length;r+=t)n.push(e.slice(r,r+t));return n}var x=u`
  :host { height: 100vh; overflow: hidden; background: var(--ground); --u: min(1vw, 1.78vh); }
  .screen { height: 100vh; display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr) auto; padding: calc(2.2 * var(--u)); gap: calc(1.8 * var(--u)); }
  .top { display: flex; justify-content: space-between; align-items: center; gap: 2vw; }
  .top h1 { font-size: calc(2.6 * var(--u)); font-weight: 700; letter-spacing: -0.01em; display: flex; align-items: center; gap: calc(1 * var(--u)); }
  .top h1 svg { width: calc(3 * var(--u)); height: calc(3 * var(--u)); color: var(--accent); }
  .clock { font-size: calc(3.4 * var(--u)); font-weight: 700; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .body { display: grid; grid-template-columns: minmax(0, 1.75fr) minmax(0, 1fr); gap: calc(1.8 * var(--u)); min-height: 0; }
  .panel { background: var(--surface); border: 1px solid var(--line); border-radius: calc(1.6 * var(--u)); padding: calc(1.8 * var(--u)); min-height: 0; display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr); gap: calc(1.2 * var(--u)); }
  h2 { font-size: calc(1.9 * var(--u)); font-weight: 650; color: var(--muted); display: flex; justify-content: space-between; align-items: baseline; }
  h2 small { font-size: calc(1.3 * var(--u)); font-weight: 500; }
  .calls { display: grid; align-content: center; gap: calc(1.2 * var(--u)); grid-auto-rows: minmax(0, calc(19 * var(--u))); min-height: 0; margin: 0; padding: 0; list-style: none; }
  .call { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: calc(2 * var(--u)); border-radius: calc(1.3 * var(--u)); background: var(--accent-soft); padding: calc(0.8 * var(--u)) calc(2.2 * var(--u)); border-left: calc(0.9 * var(--u)) solid var(--accent); min-width: 0; }
  .call.desk { background: var(--warn-soft); border-left-color: var(--warn-line); }
  .call .code { font-size: calc(7.8 * var(--u)); }
  .calls.many .call .code { font-size: calc(5.8 * var(--u)); }
  .calls.many .call { padding-block: calc(0.3 * var(--u)); }
  .calls.many .where { font-size: calc(1.7 * var(--u)); gap: 0; }
  .code { font-weight: 800; line-height: 1.05; letter-spacing: 0.03em; font-variant-numeric: tabular-nums; color: var(--ink); white-space: nowrap; }
  .where { display: grid; justify-items: start; text-align: left; gap: calc(0.3 * var(--u)); font-size: calc(2.2 * var(--u)); color: var(--muted); font-weight: 550; line-height: 1.15; min-width: 0; }
  .where strong { display: flex; align-items: center; gap: calc(1 * var(--u)); font-size: calc(4 * var(--u)); color: var(--ink); line-height: 1.1; overflow-wrap: break-word; min-width: 0; }
  .calls.many .where strong { font-size: calc(2.9 * var(--u)); line-height: 1.05; }
  .where svg { width: 0.9em; height: 0.9em; color: var(--accent); flex: none; }
  .call.desk .where strong { font-size: calc(3.2 * var(--u)); }
  .calls.many .call.desk .where strong { font-size: calc(2.5 * var(--u)); }
  .desk .where svg { color: var(--warn); }
  .call.fresh { animation: call 1.6s ease-in-out 3; }
  @keyframes call { 50% { box-shadow: 0 0 0 calc(0.45 * var(--u)) var(--accent); } }
  .waiting { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); grid-auto-rows: min-content; gap: calc(1.1 * var(--u)); margin: 0; padding: 0; list-style: none; align-content: start; }
  .waiting li { display: grid; place-items: center; padding: calc(1.1 * var(--u)) calc(0.4 * var(--u)); border-radius: calc(1 * var(--u)); background: var(--surface-2); }
  .waiting .code { font-size: calc(3.7 * var(--u)); font-weight: 700; }
  .calm { display: grid; place-content: center; justify-items: center; text-align: center; gap: calc(1.4 * var(--u)); font-size: calc(2.5 * var(--u)); color: var(--muted); padding: calc(2 * var(--u)); line-height: 1.3; }
  .calm svg { stroke-width: 1.4; width: calc(7 * var(--u)); height: calc(7 * var(--u)); color: var(--accent); }
  .foot { display: flex; align-items: center; gap: calc(2 * var(--u)); background: var(--surface); border: 1px solid var(--line); border-radius: calc(1.6 * var(--u)); padding: calc(1.3 * var(--u)) calc(2 * var(--u)); }
  .foot svg { width: calc(3.4 * var(--u)); height: calc(3.4 * var(--u)); color: var(--accent); }
  .foot .label { font-size: calc(1.8 * var(--u)); color: var(--muted); font-weight: 600; }
  .foot .label, .foot .band { white-space: nowrap; }
  .foot .band { font-size: calc(3.2 * var(--u)); font-weight: 750; }
  .foot .note { font-size: calc(1.5 * var(--u)); color: var(--muted); margin-left: auto; text-align: right; text-wrap: balance; }
  .sound { min-height: 2.75rem; border-radius: 99px; padding: 0 1.2rem; margin-left: auto; }
  .paused { display: grid; place-content: center; justify-items: center; text-align: center; gap: calc(2 * var(--u)); background: var(--warn-soft); border: calc(0.4 * var(--u)) solid var(--warn-line); border-radius: calc(2 * var(--u)); padding: 4vw; color: var(--ink); }
  .paused svg { stroke-width: 1.6; width: calc(11 * var(--u)); height: calc(11 * var(--u)); color: var(--warn); }
  .paused strong { font-size: calc(6 * var(--u)); line-height: 1.1; }
  .paused span { font-size: calc(2.8 * var(--u)); }
  .token { display: grid; place-content: center; min-height: 100vh; }
  .token form { background: var(--surface); border: 1px solid var(--line); padding: 2rem; border-radius: 18px; display: grid; gap: 1rem; width: min(30rem, 92vw); }
  @media (orientation: portrait) {
    :host { --u: min(1.6vw, 0.95vh); }
    .body { grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(0, 1.9fr) minmax(0, 1fr); }
    .waiting { grid-template-columns: repeat(4, minmax(0, 1fr)); }
    .waiting .code { font-size: calc(3.2 * var(--u)); }
    .foot { flex-wrap: wrap; }
    .sound { min-width: 0; padding: 0 0.9rem; font-size: calc(1.6 * var(--u)); }
    .foot .note { margin: 0; text-align: left; width: 100%; }
  }
`,S=8e3,C=3,w=2e4,T=class extends a{static styles=[c,x];static properties={frame:{state:!0},health:{state:!0},turn:{state:!0},sound:{state:!0},said:{state:!0}};clinic=i();zone=`UTC`;languages=[`en`];stream;turning=0;languageTurn=0;spokenAt=performance.now()-50;known=new Map;repeats=[];ticks=1;constructor(){super(),this.frame=null,this.health=`connecting`,this.turn=0,this.sound=!1,this.said=``}connectedCallback(){super.connectedCallback(),this.begin(),this.firstPage()}disconnectedCallback(){super.disconnectedCallback(),this.stream?.stop(),window.clearInterval(this.turning);for(let e of this.repeats)window.clearTimeout(e)}firstPage(){window.clearInterval(this.turning),this.turn=0,this.turning=window.setInterval(()=>{this.turn+=1,this.nextLanguage()},S)}nextLanguage(){performance.now()-this.spokenAt<S||(this.spokenAt=performance.now()-50,this.languageTurn+=1)}headers(){let e=localStorage.getItem(`cf-display-token`);return e?{Authorization:`Bearer ${e}`}:{}}async begin(){let e=await t(`/ui/display/${encodeURIComponent(this.clinic)}`,this.headers());if(e.status===401||e.status===403?this.health=`refused`:e.ok||window.setTimeout(()=>void this.begin(),2e3),!e.ok)return;this.zone=e.data.zone,this.languages=e.data.languages.filter(e=>o.includes(e)),e.data.theme&&r(e.data.theme);let n=`/ui/display/${encodeURIComponent(this.clinic)}/stream`;this.stream=new d(n,(e,t)=>this.hear(e,t),e=>this.health=e,()=>this.headers())}hear(e,t){if(e===`beat`&&p(t.now),e!==`frame`)return;let n=t;this.frame&&n.version<this.frame.version||(p(n.generated_at),this.callNew(n.entries.filter(e=>e.state!==`waiting`)),this.frame=n)}callNew(e){let t=e.filter(e=>this.known.get(E(e))===void 0),n=new Set(e.map(E));for(let e of this.known.keys())n.has(e)||this.known.delete(e);for(let e of t)this.known.set(E(e),performance.now());if(t.length){this.nextLanguage(),this.firstPage();for(let e=0;e<C;e+=1)this.repeats.push(window.setTimeout(()=>this.announce(t),e*w))}}announce(e){let t=e.filter(e=>this.known.has(E(e)));t.length&&(g(),this.said=t.map(e=>this.sentence(e)).join(`. `))}sentence(e){let t=e.state===`please-go-to`?`goTo`:`toDesk`;return l(t,{ticket:e.ticket,room:e.room??``},this.lang2)}get lang2(){return this.languages[this.languageTurn%this.languages.length]??`en`}render(){if(this.health===`refused`)return this.askToken();let t=this.health===`live`&&this.frame&&!this.frame.paused;return e`
      <main class="screen" lang=${this.lang2}>
        <div class="top">
          <h1>${s(`pulse`,32)}${this.frame?.clinic??``}</h1>
          ${this.sound||!t?n:e`<button class="sound" @click=${this.tap}>${s(`sound`)}${l(`tapForSound`,{},this.lang2)}</button>`}
          <time class="clock">${this.time()}</time>
        </div>
        ${t?this.content(this.frame):this.notCurrent()}
        ${t&&this.frame?.open?this.foot(this.frame):n}
      </main>
      <div class="visually-hidden" role="status" aria-live="polite" lang=${this.lang2}>${this.said}</div>
    `}async tap(){this.sound=await h()}time(){let e={hour:`2-digit`,minute:`2-digit`,timeZone:this.zone};return new Intl.DateTimeFormat(this.lang2,e).format(f()/1e3)}notCurrent(){return!this.frame&&this.health===`connecting`?e`<div class="calm" role="status">${s(`clock`)}${l(`connecting`,{},this.lang2)}</div>`:e`<div class="paused" role="alert">
      ${s(`pause`)}<strong>${l(`paused`,{},this.lang2)}</strong><span>${l(`pausedHelp`,{},this.lang2)}</span>
    </div>`}content(t){if(!t.open)return e`<div class="calm">${s(`moon`)}${l(`closed`,{},this.lang2)}</div>`;let r=y(t.entries,this.turn);return e`<div class="body">
      <section class="panel">
        <h2>${l(`nowCalling`,{},this.lang2)}</h2>
        ${r.calls.length?e`<ul class="calls ${r.calls.length>2?`many`:``}">${r.calls.map(e=>this.call(e))}</ul>`:e`<div class="calm">${s(`ticket`)}${l(`nobodyCalled`,{},this.lang2)}</div>`}
      </section>
      <section class="panel">
        <h2>
          ${l(`stillWaiting`,{},this.lang2)}
          ${r.pages>1?e`<small>${l(`page`,{n:r.number,all:r.pages},this.lang2)}</small>`:n}
        </h2>
        ${r.waiting.length?e`<ul class="waiting">${r.waiting.map(t=>e`<li><span class="code">${t.ticket}</span></li>`)}</ul>`:e`<div class="calm">${l(`nobodyWaits`,{},this.lang2)}</div>`}
      </section>
    </div>`}call(t){let n=this.known.get(E(t)),r=n!==void 0&&(performance.now()-n)%w<5e3&&performance.now()-n<C*w,i=t.state===`see-desk`;return e`<li class="call ${i?`desk`:``} ${r?`fresh`:``}">
      <span class="code">${t.ticket}</span>
      <span class="where">
        ${i?e`<strong>${s(`desk`)}${l(`seeDesk`,{},this.lang2)}</strong>`:e`<span>${l(`pleaseGoTo`,{},this.lang2)}</span><strong>${s(`arrow`)}${t.room}</strong>`}
      </span>
    </li>`}foot(t){let n=t.band,r=n&&n.low===0?`upTo`:`waitBand`;return e`<footer class="foot">
      ${s(`clock`)}<span class="label">${l(`waitTime`,{},this.lang2)}</span>
      <span class="band">${n?l(r,n,this.lang2):l(`pleaseAsk`,{},this.lang2)}</span>
      <span class="note">${l(`urgentFirst`,{},this.lang2)}</span>
    </footer>`}askToken(){return e`<main class="token">
      <form @submit=${this.saveToken}>
        <h1>${l(`waitingRoom`)}</h1>
        <p>${l(`deviceTokenHelp`)}</p>
        <label>${l(`deviceToken`)}<input name="token" autocomplete="off" required /></label>
        <button class="primary">${l(`useToken`)}</button>
      </form>
    </main>`}saveToken(e){e.preventDefault();let t=new FormData(e.target).get(`token`);localStorage.setItem(`cf-display-token`,String(t).trim()),location.reload()}};function E(e){return`${e.ticket} ${e.state} ${e.room??``} ${e.call}`}customElements.define(`cf-display`,T);