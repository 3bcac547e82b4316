package pdf

import (
	"fmt"

	"rsc.io/qr"
)

// Beside adds what compose adds, with a QR code of text at the end side. The
// code is size points wide with its quiet border; alt says what it is. A text
// too long for a code is an error of Bytes.
func (d *Document) Beside(text string, size float64, alt string, compose func()) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		code, err = qr.Encode(text, qr.L)
	}
	if err != nil {
		d.err = fmt.Errorf("drawing a QR code of %d bytes: %w", len(text), err)
		return
	}
	target := &d.body
	if d.toEnd {
		target = &d.foot
	}
	start := len(*target)
	figure := d.element("Figure")
	figure.alt = alt
	*target = append(*target, box{draw: func(c *content, top float64) {
		x := pageWidth - margin - size
		if c.rtl {
			x = margin
		}
		c.begin(figure)
		drawQR(c, code, x, top, size)
		c.end()
	}})
	d.inset = size + 12
	compose()
	d.inset = 0
	height := 0.0
	for _, b := range (*target)[start:] {
		height += b.height
	}
	d.space(size - height)
}

// drawQR fills the dark modules, a run of a row at a time.
func drawQR(c *content, code *qr.Code, x, top, size float64) {
	const quiet = 2 // modules; the page is white around it
	module := size / float64(code.Size+2*quiet)
	c.WriteString("0 g\n")
	for row := range code.Size {
		for column := 0; column < code.Size; {
			if !code.Black(column, row) {
				column++
				continue
			}
			end := column
			for end < code.Size && code.Black(end, row) {
				end++
			}
			fmt.Fprintf(c, "%s %s %s %s re\n", number(x+float64(column+quiet)*module), number(top-float64(row+quiet+1)*module),
				number(float64(end-column)*module), number(module*1.01))
			column = end
		}
	}
	c.WriteString("f\n")
}
