
// A probe reads a chart's values at a place. The values are those of the
// chart's table; the script only finds the row.
class Probe {
  constructor(figure) {
    this.rows = [...figure.querySelectorAll('tbody tr')];
    this.heads = [...figure.querySelectorAll('thead th')].map((th) => th.textContent);
    this.heat = JSON.parse(figure.dataset.rows || '[]');
    this.index = -1;
    this.level = -1; // of the heat map's rows
    this.build(figure);
  }

  build(figure) {
    this.at = document.createElement('div');
    this.at.className = 'probe';
    this.at.tabIndex = 0;
    const says = { role: 'slider', 'aria-label': figure.querySelector('h3').textContent + ': values, by arrow keys',
      'aria-valuemin': 0, 'aria-valuemax': this.rows.length - 1, 'aria-valuenow': 0, 'aria-valuetext': 'not chosen' };
    for (const [name, value] of Object.entries(says)) this.at.setAttribute(name, value);
    this.hair = this.part('hair');
    this.cell = this.part('cell');
    this.tip = this.part('tip');
    this.dots = this.rows[0].dataset.y.split(' ').map(() => this.part('dot'));
    figure.querySelector('.plot').append(this.at);
    this.at.addEventListener('pointermove', (event) => this.point(event));
    this.at.addEventListener('pointerdown', (event) => this.point(event));
    this.at.addEventListener('pointerleave', () => { if (document.activeElement !== this.at) this.hide(); });
    this.at.addEventListener('keydown', (event) => this.key(event));
    this.at.addEventListener('focus', () => this.show(Math.max(this.index, 0)));
    this.at.addEventListener('blur', () => this.hide());
  }

  part(name) {
    const part = document.createElement('div');
    part.className = name;
    part.hidden = true;
    this.at.append(part);
    return part;
  }

  hide() {
    for (const part of [this.hair, this.cell, this.tip, ...this.dots]) part.hidden = true;
  }

  point(event) {
    const box = this.at.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * 1000;
    const y = event.clientY - box.top;
    this.level = this.heat.findIndex((row, i) => y >= row.top && (i === 0 ? y < box.height : y < this.heat[i - 1].top));
    this.show(this.nearest(x));
  }

  nearest(x) {
    let best = 0;
    this.rows.forEach((row, i) => {
      if (Math.abs(row.dataset.x - x) < Math.abs(this.rows[best].dataset.x - x)) best = i;
    });
    return best;
  }

  key(event) {
    const step = event.shiftKey ? 10 : 1;
    const last = this.rows.length - 1;
    const moves = { ArrowLeft: -step, ArrowRight: step, PageUp: -10, PageDown: 10, Home: -last, End: last };
    if (event.key === 'Escape') {
      this.hide();
    } else if (event.key in moves) {
      event.preventDefault();
      this.show(Math.min(Math.max(this.index + moves[event.key], 0), last));
    } else if (this.heat.length > 0 && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      const level = this.level + (event.key === 'ArrowUp' ? 1 : -1);
      this.level = Math.min(Math.max(level, 0), this.heat.length - 1);
      this.show(Math.max(this.index, 0));
    }
  }

  show(index) {
    this.index = index;
    const row = this.rows[index];
    const words = [...row.cells].map((cell) => cell.textContent);
    const lines = this.heads.slice(1).map((head, i) => [head, words[i + 1]]);
    const found = this.count(row);
    if (found) lines.push(found);
    this.hair.hidden = this.tip.hidden = false;
    this.hair.style.left = row.dataset.x / 10 + '%';
    row.dataset.y.split(' ').forEach((y, i) => {
      this.dots[i].hidden = y === '-';
      this.dots[i].style.left = row.dataset.x / 10 + '%';
      this.dots[i].style.top = y + 'px';
    });
    this.tell(words[0], lines);
    this.place(row.dataset.x / 1000);
    this.at.setAttribute('aria-valuenow', index);
    this.at.setAttribute('aria-valuetext', words[0] + ': ' + lines.map((line) => line.join(' ')).join(', '));
  }

  // place puts the readout beside the hair, inside the chart.
  place(share) {
    const apart = 12;
    const [all, own] = [this.at.clientWidth, this.tip.offsetWidth];
    const right = share * all + apart;
    const left = right + own > all ? share * all - apart - own : right;
    this.tip.style.left = Math.max(0, Math.min(left, all - own)) + 'px';
  }

  // count finds how many values the heat map has in the row that was pointed at.
  count(row) {
    const level = this.heat[this.level];
    this.cell.hidden = !level;
    if (!level) return null;
    this.cell.style.top = level.top + 'px';
    const cells = (row.dataset.heat || '').split(' ');
    for (let i = 0; i + 1 < cells.length; i += 2) {
      if (Number(cells[i]) === level.row) return [level.is, Number(cells[i + 1]).toLocaleString('en')];
    }
    return [level.is, '0'];
  }

  tell(title, lines) {
    const heading = document.createElement('b');
    heading.textContent = title;
    this.tip.replaceChildren(heading, ...lines.map((texts) => {
      const line = document.createElement('div');
      for (const text of texts) {
        const span = document.createElement('span');
        span.textContent = text;
        line.append(span);
      }
      return line;
    }));
  }
}

for (const figure of document.querySelectorAll('figure.plotted')) new Probe(figure);
