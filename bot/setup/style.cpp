#include "bot/setup/pages.h"

namespace mlx::bot::setup {

/// Light, and dark where the reader prefers it; the colours are those of the sandbox's pages.
std::string_view style_sheet() {
  return R"css(:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--muted:#59636e;--line:#d1d9e0;--soft:#f6f8fa;--link:#0969da;
--green:#1a7f37;--red:#cf222e;--amber:#9a6700;--button:#1f883d}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--muted:#9198a1;--line:#3d444d;--soft:#151b23;--link:#4493f8;
--green:#3fb950;--red:#f85149;--amber:#d29922;--button:#238636}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
header{background:var(--soft);border-bottom:1px solid var(--line);padding:14px 0}
header .in,main{max-width:760px;margin:0 auto;padding:0 20px}
header .in{display:flex;gap:12px;align-items:baseline}header .name{font-size:18px;font-weight:600}
.tag{font-size:12px;color:var(--muted);border:1px solid var(--line);border-radius:12px;padding:1px 8px}
main{padding-top:26px;padding-bottom:60px}
h1{font-size:25px;font-weight:500;margin:0 0 8px;line-height:1.3}h2{font-size:17px;margin:0}
p{margin:0 0 12px}.muted{color:var(--muted)}.small{font-size:13px}
.box{border:1px solid var(--line);border-radius:8px;overflow:hidden;margin:20px 0;background:var(--bg)}
.box>.head{background:var(--soft);border-bottom:1px solid var(--line);padding:10px 16px}
.box>.body{padding:16px}.box>.body+.body{border-top:1px solid var(--line)}.body>:last-child{margin-bottom:0}
label{display:block;font-weight:600;margin:0 0 4px}
.hint{color:var(--muted);font-size:13px;margin:2px 0 14px}.hint.below{margin-top:10px}
input{width:100%;background:var(--bg);color:var(--fg);border:1px solid var(--line);border-radius:6px;padding:7px 10px;font:inherit}
input:focus-visible,button:focus-visible,a.button:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:1px}
button,a.button{display:inline-block;border:1px solid var(--line);border-radius:6px;padding:6px 16px;font:inherit;font-weight:500;cursor:pointer;background:var(--soft);color:var(--fg)}
button.go,a.button.go{background:var(--button);border-color:transparent;color:#fff}a.button:hover{text-decoration:none}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;overflow-wrap:anywhere}
code{background:var(--soft);border-radius:5px;padding:2px 5px}
pre{background:var(--soft);padding:12px;border-radius:7px;margin:0 0 12px;white-space:pre-wrap}
table{border-collapse:collapse;width:100%;margin:0 0 14px}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
tr:first-child th,tr:first-child td{border-top:0}th{font-weight:600;width:34%}
summary{cursor:pointer;font-weight:600}details[open]>summary{margin-bottom:12px}
ol{margin:0 0 12px;padding-left:22px}li{margin:0 0 8px}
.note{border-left:3px solid var(--amber);background:var(--soft);border-radius:0 6px 6px 0;padding:9px 14px;margin:0 0 14px}
.note.wrong{border-color:var(--red)}.note.good{border-color:var(--green)}
@media(max-width:520px){th,td{display:block;width:auto;border-top:0;padding:2px 0}th{padding-top:10px}tr:first-child th{padding-top:0}}
)css";
}

}  // namespace mlx::bot::setup
