(d=>{let m;try{m=localStorage.getItem("mode")}catch{}d.mode=m=m||"auto";d.theme=m!="auto"?m:matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"})(document.documentElement.dataset)
