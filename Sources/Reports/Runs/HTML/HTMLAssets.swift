/// The style sheet and the script of the page, and their hashes for its policy.
enum HTMLAssets {
  /// SHA-256 of `style` in Base64.
  static let styleHash = "6YP4HnuVPygPlSvmMOSWh55QcI7zos8ThAkHRmuq/so="
  /// SHA-256 of `script` in Base64.
  static let scriptHash = "J6YzyyITlXxDE2yHTB3FjehikTlRpQ6hkOTI07bv8s0="

  /// Colours have a contrast of at least 4.5:1 on either background.
  static let style = """

    :root{color-scheme:light dark;--ok:#007a2f;--no:#b3261e;--re:#756500;--base:#0057b8;--dim:#5b6270;
    --line:#c8ccd4;--ground:#ffffff;--soft:#f3f4f7;--text:#1b1f27}
    @media screen and (prefers-color-scheme:dark){:root{--ok:#7fd99a;--no:#ff8a80;--re:#e5c34f;--base:#8ab8ff;
    --dim:#a9b0bd;--line:#474d59;--ground:#16181d;--soft:#20242b;--text:#e6e8ec}}
    body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;
    color:var(--text);background:var(--ground)}
    p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0}
    small{color:var(--dim)}kbd,code,pre{font-family:ui-monospace,monospace;font-size:.92em}
    kbd{border:1px solid var(--line);border-radius:3px;padding:0 .3em}
    pre{background:var(--soft);padding:.5rem .8rem;overflow-x:auto;margin:.4rem 0}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}dt{color:var(--dim)}
    dd{margin:0;overflow-wrap:anywhere}h3{font-size:1rem;margin:1.2rem 0 .3rem}
    .prompt,.answer{font-weight:bold;margin:1rem 0}.answer pre,.answer code{font-weight:normal}
    .step{border-left:4px solid var(--dim);margin:.5rem 0;padding:.1rem 0 .1rem .8rem}
    .step:focus-within{background:var(--soft)}
    summary{cursor:pointer}summary .number{color:var(--dim);min-width:1.5em;display:inline-block}
    .draft-accepted,.draft-unasked,.draft-written{border-color:var(--ok)}
    .draft-accepted>summary b,.draft-unasked>summary b,.draft-written>summary b{color:var(--ok)}
    .base-regenerated{border-color:var(--re)}.base-regenerated>summary b{color:var(--re)}
    .base-written,.stitched,.edited,.note{border-color:var(--base)}
    .base-written>summary b,.stitched>summary b,.edited>summary b,.note>summary b{color:var(--base)}
    .draft-rejected{border-left:3px solid var(--no);padding-left:.6rem;margin:.3rem 0}
    .draft-rejected b{color:var(--no)}.draft-rejected p{color:var(--dim)}
    del{color:var(--no)}ins{color:var(--ok)}
    .step.flips{outline:2px dashed var(--re);outline-offset:2px}.step.after{border-left-style:dotted}
    .flip{color:var(--re);font-weight:bold}
    .formula{font-family:Cambria,"STIX Two Math",serif}math{font-size:1.1em}
    math .boxed{border:1px solid var(--line);padding:.1em .2em}
    .keyword{color:var(--base)}.string{color:var(--ok)}.number{color:var(--re)}.comment{color:var(--dim)}
    .judge{display:flex;align-items:end;gap:.8rem;flex-wrap:wrap;margin:.3rem 0}
    svg text{font:10px system-ui,sans-serif;fill:var(--dim)}svg.waterfall{width:100%;height:auto}
    .digits .passes{fill:var(--ok)}.digits .fails{fill:none;stroke:var(--no)}
    .waterfall .draft{fill:var(--ok)}.waterfall .judge{fill:var(--re)}
    .waterfall .base,.waterfall .answer{fill:var(--base)}.waterfall .wasted{fill:none;stroke:var(--no)}
    .wide{overflow-x:auto}
    .what-if{border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;margin:.8rem 0}
    .what-if[hidden]{display:none}.what-if label,.what-if output{display:block}
    .what-if input{width:100%}
    .notice{color:var(--re)}table{border-collapse:collapse;margin:.4rem 0}
    td,th{padding:.1rem .8rem .1rem 0;text-align:left;font-variant-numeric:tabular-nums}
    @media(max-width:40rem){svg.waterfall{width:40rem}svg.waterfall text{font-size:14px}
    dl{grid-template-columns:1fr}dd{margin-left:1rem}}
    @media print{:root{color-scheme:light}body{max-width:none;margin:0;font-size:11pt}
    .controls,.what-if,nav,.flip{display:none}.step.flips{outline:none}
    .step.after{border-left-style:solid}pre{white-space:pre-wrap;overflow-wrap:anywhere}
    h2,h3,summary{break-after:avoid}.step,.judge,tr,svg{break-inside:avoid}}

    """

  /// Shows what lies in the page; makes no markup of any text.
  static let script = """

    //<![CDATA[
    "use strict";
    (function () {
      var all = function (selector, root) {
        return Array.prototype.slice.call((root || document).querySelectorAll(selector));
      };
      var steps = all("details.step");
      all("section.turn").forEach(function (turn) {
        var box = turn.querySelector(".what-if");
        if (!box) { return; }
        var rows = JSON.parse(box.dataset.rows);
        var slider = box.querySelector("input");
        var told = box.querySelector("output");
        var show = function () {
          var row = rows[Number(slider.value)];
          told.textContent = row.text;
          slider.setAttribute("aria-valuetext", "\\u03c4 " + row.threshold);
          all("details.step", turn).forEach(function (step) {
            var verdict = row.flips[step.dataset.step];
            step.querySelector(".flip").textContent =
              verdict ? "\\u21c4 would be " + verdict : "";
            step.classList.toggle("flips", Boolean(verdict));
            step.classList.toggle(
              "after", Boolean(row.first) && Number(step.dataset.step) > row.first);
          });
        };
        slider.addEventListener("input", show);
        box.hidden = false;
        show();
      });
      var fold = document.getElementById("fold");
      var foldAll = function () {
        var open = !steps.some(function (step) { return step.open; });
        steps.forEach(function (step) { step.open = open; });
        fold.textContent = open ? "Fold all steps" : "Unfold all steps";
      };
      fold.addEventListener("click", foldAll);
      document.querySelector(".controls").hidden = steps.length === 0;
      var keys = document.getElementById("keys");
      var go = function (by) {
        var at = steps.indexOf(document.activeElement && document.activeElement.closest("details.step"));
        var next = at === -1 ? (by > 0 ? 0 : steps.length - 1) : at + by;
        if (steps[next]) { steps[next].querySelector("summary").focus(); }
      };
      var move = function (by) {
        var inside = document.activeElement && document.activeElement.closest("section.turn");
        var slider = (inside || document).querySelector(".what-if input");
        if (!slider) { return; }
        slider.value = String(Number(slider.value) + by);
        slider.dispatchEvent(new Event("input"));
      };
      document.addEventListener("keydown", function (event) {
        if (!keys.checked || event.ctrlKey || event.altKey || event.metaKey) { return; }
        switch (event.key) {
        case "j": go(1); break;
        case "k": go(-1); break;
        case "f": foldAll(); break;
        case "[": move(-1); break;
        case "]": move(1); break;
        default: return;
        }
        event.preventDefault();
      });
      var folded = [];
      window.addEventListener("beforeprint", function () {
        folded = all("details").filter(function (one) { return !one.open; });
        folded.forEach(function (one) { one.open = true; });
      });
      window.addEventListener("afterprint", function () {
        folded.forEach(function (one) { one.open = false; });
      });
    })();
    //]]>

    """
}
