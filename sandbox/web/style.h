#pragma once

#include <string_view>

namespace mlx::sandbox::web {

/// The one stylesheet: light, and dark where the reader prefers it.
inline constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--muted:#59636e;--line:#d1d9e0;--soft:#f6f8fa;--link:#0969da;
--green:#1a7f37;--purple:#8250df;--red:#cf222e;--amber:#9a6700;--add:#dafbe1;--del:#ffebe9;--hunk:#ddf4ff;--button:#1f883d}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--muted:#9198a1;--line:#3d444d;--soft:#151b23;
--link:#4493f8;--green:#3fb950;--purple:#ab7df8;--red:#f85149;--amber:#d29922;--add:#12261e;--del:#25171c;--hunk:#121d2f;--button:#238636}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
header{background:var(--soft);border-bottom:1px solid var(--line);padding:14px 0}
header .in,main{max-width:1080px;margin:0 auto;padding:0 20px}
header .in{display:flex;gap:22px;align-items:baseline;flex-wrap:wrap}
header .name{font-size:18px;font-weight:600}header .tag{font-size:12px;color:var(--muted);border:1px solid var(--line);
border-radius:12px;padding:1px 8px}header nav{display:flex;gap:16px;margin-left:auto}
main>h2:first-child{margin-top:0}main{padding-top:22px;padding-bottom:60px}
h1{font-size:25px;font-weight:500;margin:0 0 8px;line-height:1.3}h1 .n{color:var(--muted);font-weight:300}
h2{font-size:17px;margin:28px 0 10px}.muted,.muted a{color:var(--muted)}.small{font-size:13px}
.cols{display:grid;grid-template-columns:minmax(0,1fr) 360px;gap:26px}@media(max-width:820px){.cols{grid-template-columns:minmax(0,1fr)}}
.cols h2:first-child{margin-top:0}
.box{border:1px solid var(--line);border-radius:8px;overflow:hidden;margin:0 0 16px;background:var(--bg)}
.box>.head{background:var(--soft);border-bottom:1px solid var(--line);padding:8px 14px;display:flex;gap:8px;align-items:center;flex-wrap:wrap}
.head .grow{flex:1;min-width:0}.box>.body{padding:14px}.row{display:flex;gap:10px;padding:8px 14px;border-top:1px solid var(--line);align-items:baseline}
.row:first-child{border-top:0}.row .grow{flex:1;min-width:0;overflow-wrap:anywhere}.row .sub{font-size:13px;color:var(--muted)}
.pill{display:inline-block;border-radius:20px;padding:3px 12px;color:#fff;font-size:13px;font-weight:600;margin-right:8px}
.open{background:var(--button)}.closed{background:var(--red)}.merged{background:var(--purple)}.draft{background:var(--muted)}
.dot{font-weight:700}.dot.o{color:var(--green)}.dot.c{color:var(--red)}.dot.m{color:var(--purple)}
.icon{width:16px;height:16px;vertical-align:-2px;fill:var(--muted)}.icon.folder{fill:var(--link)}.icon.check{fill:var(--green)}
.icon.warning,.icon.waiting{fill:var(--amber)}.icon.cross{fill:var(--red)}.icon.notice{fill:var(--link)}
.avatar{width:22px;height:22px;border-radius:50%;vertical-align:-5px}
.badge{border:1px solid var(--line);border-radius:12px;padding:0 7px;font-size:12px;color:var(--muted)}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}
.md :first-child{margin-top:0}.md :last-child{margin-bottom:0}.md{overflow-wrap:anywhere}
.md code{background:var(--soft);border-radius:5px;padding:2px 5px}.md pre{background:var(--soft);padding:12px;border-radius:7px;overflow:auto}
.md pre code{padding:0;background:none}.md table{border-collapse:collapse;display:block;overflow:auto}
.md th,.md td{border:1px solid var(--line);padding:5px 11px}.md th{background:var(--soft)}
.md blockquote{margin:0 0 14px;padding:0 14px;border-left:4px solid var(--line);color:var(--muted)}
.md details{margin:0 0 14px}.md summary{cursor:pointer}.md ul:has(input){list-style:none;padding-left:20px}
.md h1,.md h2,.md h3{margin:20px 0 10px;font-weight:600;line-height:1.25}.md h1{font-size:22px}.md h2{font-size:19px}.md h3{font-size:16px}
.md hr{border:0;border-top:1px solid var(--line);margin:18px 0}
.reactions{margin-top:12px;display:flex;gap:6px;flex-wrap:wrap}.reactions span{border:1px solid var(--line);border-radius:14px;padding:1px 9px;font-size:13px;background:var(--soft)}
form.inline{display:inline}textarea,input[type=text]{width:100%;background:var(--bg);color:var(--fg);border:1px solid var(--line);border-radius:6px;padding:8px;font:inherit;margin-bottom:8px}
textarea{min-height:96px;resize:vertical}select{background:var(--bg);color:var(--fg);border:1px solid var(--line);border-radius:6px;padding:5px;font:inherit}
button{border:1px solid var(--line);border-radius:6px;padding:5px 14px;font:inherit;font-weight:500;cursor:pointer;background:var(--soft);color:var(--fg)}
button.check{border:0;padding:0 4px;background:none;font-size:18px;line-height:1}li:has(>button.check),li:has(>p>button.check){list-style:none}
button.go{background:var(--button);border-color:transparent;color:#fff}.actions{display:flex;gap:8px;align-items:center;justify-content:flex-end;flex-wrap:wrap}
table.diff{border-collapse:collapse;width:100%;font:12px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
table.diff td{padding:0 10px;white-space:pre-wrap;overflow-wrap:anywhere;vertical-align:top}
table.diff td.ln{width:1%;min-width:44px;text-align:right;color:var(--muted);user-select:none;white-space:nowrap;padding:0 8px}
tr.add{background:var(--add)}tr.del{background:var(--del)}tr.hunk{background:var(--hunk);color:var(--muted)}
.plus{color:var(--green);font-weight:600}.minus{color:var(--red);font-weight:600}.error{border-color:var(--red)}.error>.head{color:var(--red)}
.toolbar{display:flex;gap:12px;align-items:center;flex-wrap:wrap;margin:0 0 14px}.toolbar>strong{flex:1;min-width:200px}
.finding{padding:10px 14px;border-top:1px solid var(--line)}.finding table.diff{margin:6px 0;background:var(--soft);border-radius:6px;overflow:hidden}
.annotation{display:flex;gap:9px;border-left:3px solid var(--line);padding:7px 12px;background:var(--soft);border-radius:0 6px 6px 0}
.annotation .icon{flex:none;margin-top:3px}.annotation.failure{border-color:var(--red)}.annotation.warning{border-color:var(--amber)}.annotation.notice{border-color:var(--link)}
.annotation pre{margin:2px 0 0;white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;font-size:14px}
.thread table.diff{border-bottom:1px solid var(--line)}.remark{padding:12px 14px}.remark+.remark,.annotation+.remark,.annotation+.annotation{margin-top:8px}
.remark>.md{margin-top:8px}.badge.outdated{color:var(--amber);border-color:var(--amber)}
table.diff tr.note td{padding:10px 14px;white-space:normal;font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;border-block:1px solid var(--line);background:var(--bg)}
tr.note .remark{border:1px solid var(--line);border-radius:8px;max-width:760px}tr.note .annotation{max-width:760px}
.suggestion{border:1px solid var(--line);border-radius:7px;overflow:hidden;margin:0 0 12px}.suggestion .what{background:var(--soft);border-bottom:1px solid var(--line);padding:4px 12px;font-size:13px;color:var(--muted)}
.md .suggestion table{display:table}.md .suggestion td{border:0}.suggestion table.diff td.ln{min-width:0;padding:0 4px}
)css";

}  // namespace mlx::sandbox::web
