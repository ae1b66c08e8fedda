var explorerListings=(()=>{var x=Object.defineProperty;var L=Object.getOwnPropertyDescriptor;var z=Object.getOwnPropertyNames;var O=Object.prototype.hasOwnProperty;var S=(t,e)=>{for(var n in e)x(t,n,{get:e[n],enumerable:!0})},j=(t,e,n,o)=>{if(e&&typeof e=="object"||typeof e=="function")for(let r of z(e))!O.call(t,r)&&r!==n&&x(t,r,{get:()=>e[r],enumerable:!(o=L(e,r))||o.enumerable});return t};var V=t=>j(x({},"__esModule",{value:!0}),t);var q={};S(q,{codeView:()=>k,countedView:()=>v});function l(t,e={},...n){let o=document.createElement(t);for(let[r,c]of Object.entries(e))r in o?o[r]=c:o.setAttribute(r,c);return o.append(...n),o}var y=(t,e,n=t)=>l("button",{type:"button","data-key":n,onclick:e},t);var $=(t,...e)=>l("pre",{tabIndex:0,role:"region",ariaLabel:t},...e);function w(t,e){let n=y(t,()=>{let o=l("textarea",{value:e()});n.after(o),o.select(),n.textContent=document.execCommand("copy")?"Copied":"Not copied",o.remove(),n.focus(),setTimeout(()=>{n.textContent=t},3e3)});return n}var E=document.currentScript?.src;function D(t){let e=[];for(let{layer:n,name:o}of t){let[,r,c]=/^([^.]*)\.(.+)$/.exec(o??"")??[];c===void 0?e.push([o??String(e.length),n]):((e.at(-1)?.[0]!==r||!Array.isArray(e.at(-1)[1]))&&e.push([r,[]]),e.at(-1)[1].push({layer:n,name:c}))}return e}function N(t,e,n){let o=D(t),r=o.some(([p],s)=>p!==String(s)),c=`${n}    `,i=o.map(([p,s])=>{let[u,d]=r?[`("${p}", `,")"]:["",""];return Array.isArray(s)?`${c}${u}nn.Sequential(${N(s,e,c)})${d},
`:s.type==="Unknown"&&!/^nn\.[A-Z]/.test(s.code)?`${c}# ${s.code} goes here
`:`${c}${u}${s.type==="Unknown"?"":"nn."}${e(s)}${d},
`});return r?`OrderedDict([
${i.join("")}${n}])`:`
${i.join("")}${n}`}function U(t,e,{call:n,python:o}){let r=`nn.Sequential(${N(t,n,"")})`,c=r.includes("OrderedDict")?`from collections import OrderedDict

`:"",i=t[0]?.layer.type==="Embedding"?", dtype=torch.long":"";return`${c}import torch
from torch import nn

net = ${r}
print(net(torch.zeros(${o(e)}${i})).shape)
`}function k(t,e){let{items:n,input:o}=t;return Object.entries({lazy:({layer:c})=>e.makeLazy(c),eager:(c,i)=>t.sized(i)}).flatMap(([c,i])=>{let p=n.map((u,d)=>({...u,layer:i(u,d)})),s=U(p,o,e);return[$(`${c} network`,s),w(`Copy ${c}`,()=>s)]})}function v(t,e,n){let{attempt:o,byHand:r,call:c,cascade:i,error:p,isLazy:s,python:u}=e,{items:d,input:A}=t,h=d.map(({layer:a,counted:m})=>s(a)&&m!==void 0?r(a,m):a),b=d.map(a=>t.misfit(a)),g=a=>s(a)?c(r(a,NaN)).replace("NaN","?"):c(a),f=o(()=>i(h,A)).error,C=f&&(f.layer<0?" The input cannot be created:":` Layer ${f.layer+1} raises an error:`);return[$("Network counted by hand",...h.map((a,m)=>b[m]===void 0?l("span",{},`nn.${g(a)},
`):l("mark",{},`nn.${g(a)},  # should be ${u(b[m])} now
`))),l("p",{role:"status"},`Numbers that are wrong now: ${b.filter(a=>a!==void 0).length||"none"}.${C??""}`),...f?[p(f)]:[],y("Count again",n)]}return V(q);})();
