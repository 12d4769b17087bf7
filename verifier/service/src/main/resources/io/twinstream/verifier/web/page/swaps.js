// What happened, on a time axis: a line where a version began to serve or an alarm was raised, its sign on top, and what it
// was beneath the pointer.
import { dateTime } from "./format.js";

const NEAR_PIXELS = 10;

/** The activations of the serving slot within a span of milliseconds, numbered, oldest first. */
export function swapsWithin(activations, from, to) {
  return activations
    .filter((each) => each.slot === "serving")
    .map((each) => ({ ...each, at: Date.parse(each.effectiveAt), model: `${each.name}/${each.version}` }))
    .filter((each) => each.at >= from && each.at <= to)
    .map((each, i) => ({
      ...each,
      sign: String(i + 1),
      number: i + 1,
      text: `${i + 1}: ${each.model} serves from ${dateTime(each.effectiveAt)}: ${each.reason}`,
    }));
}

/** The alarms that were raised within a span of milliseconds. */
export function alarmsWithin(alarms, from, to) {
  return alarms
    .filter((each) => each.raisedAtMs >= from && each.raisedAtMs <= to)
    .map((each) => ({
      at: each.raisedAtMs,
      sign: "!",
      alarm: true,
      text: `Alarm about ${each.source}, raised ${dateTime(each.raisedAtMs)}`,
    }));
}

/** A uPlot plugin that draws u.marks. */
export const swapMarks = (colours) => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  return {
    hooks: {
      ready: (u) => u.over.append(tip),
      draw: (u) => u.marks?.forEach((mark) => drawMark(u, mark, mark.alarm ? colours.bad : colours.mark)),
      setCursor: (u) => showTip(u, tip),
    },
  };
};

function drawMark(u, mark, colour) {
  // Half a pixel off, a line of one pixel is sharp.
  const x = Math.round(u.valToPos(mark.at / 1000, "x", true)) + 0.5;
  const { top, height, left, width } = u.bbox;
  if (x < left || x > left + width) {
    return;
  }
  const ratio = devicePixelRatio;
  const { ctx } = u;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = ratio;
  ctx.setLineDash(mark.alarm ? [] : [4 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.font = `bold ${11 * ratio}px sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  ctx.fillText(mark.sign, x, top);
  ctx.restore();
}

function showTip(u, tip) {
  const near = u.marks?.find((mark) => Math.abs(u.valToPos(mark.at / 1000, "x") - u.cursor.left) < NEAR_PIXELS);
  tip.hidden = !near;
  if (near) {
    tip.textContent = near.text;
    tip.style.left = `${Math.max(0, Math.min(u.cursor.left, u.over.clientWidth - tip.offsetWidth))}px`;
  }
}
