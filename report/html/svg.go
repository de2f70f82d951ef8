package html

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// A drawing is SVG that grows. Whatever is put into it is escaped.
//
// An outer drawing is as wide as the page lets it be and of a fixed height: in
// it, x is given in percent and y in pixels, so that words keep their size on a
// telephone. Lines are drawn in a nested one that is stretched to its place.
type drawing struct{ strings.Builder }

// start opens an element; attrs are names and values in turn.
func (d *drawing) start(element string, attrs ...string) {
	d.WriteByte('<')
	d.WriteString(element)
	d.attributes(attrs)
	d.WriteByte('>')
}

func (d *drawing) end(element string) {
	d.WriteString("</")
	d.WriteString(element)
	d.WriteByte('>')
}

// empty writes an element without content.
func (d *drawing) empty(element string, attrs ...string) {
	d.WriteByte('<')
	d.WriteString(element)
	d.attributes(attrs)
	d.WriteString("/>")
}

// words writes an element that holds text.
func (d *drawing) words(element, text string, attrs ...string) {
	d.start(element, attrs...)
	d.WriteString(template.HTMLEscapeString(text))
	d.end(element)
}

func (d *drawing) attributes(attrs []string) {
	for i := 0; i+1 < len(attrs); i += 2 {
		d.WriteByte(' ')
		d.WriteString(attrs[i])
		d.WriteString(`="`)
		d.WriteString(template.HTMLEscapeString(attrs[i+1]))
		d.WriteByte('"')
	}
}

// markup gives what was drawn. It holds nothing that was not escaped.
func (d *drawing) markup() template.HTML { return template.HTML(d.String()) }

// across is the width of a stretched drawing in its own units.
const across = 1000

// num writes a coordinate: a tenth is finer than a pixel.
func num(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// percentOf writes a place on a stretched drawing as a share of its width.
func percentOf(x float64) string {
	return strconv.FormatFloat(math.Round(x/across*1e4)/100, 'f', -1, 64) + "%"
}
