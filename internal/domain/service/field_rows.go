package service

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
)

const (
	defaultRows = 20
	maxRows     = 200
)

func rowsKind() *kind {
	return &kind{
		keys: []string{"rows", "ask"},
		read: readRows, put: putRows,
		schema: rowsSchema,
		value:  func(q *Question) *cel.Type { return cel.ListType(cel.ObjectType(rowType(q))) },
		zero:   func(*Question) any { return []map[string]any{} },
		show:   func(*shower, *Question, any) []Shown { return nil }, // each cell is a line of its own
		check: func(c *compiler, q *Question, s *questionSource) {
			q.RowsMin, q.RowsMax = s.Rows.Min, s.Rows.Max
			if _, ok := s.Keys["rows"]; !ok && !q.Optional {
				q.RowsMin = 1
			}
			if q.RowsMax == 0 {
				q.RowsMax = max(defaultRows, q.RowsMin)
			}
			if q.RowsMin < 0 || q.RowsMax < max(q.RowsMin, 1) || q.RowsMax > maxRows {
				c.f.add(ruleValue, s.Line, "rows", "id", q.ID, "max", maxRows)
			}
			c.rowQuestions(q, s)
		},
	}
}

// Count returns how many rows the typed data holds for a rows question, at
// least its minimum (and one), at most its maximum plus one.
func (q *Question) Count(t Typed) int {
	return min(max(t.rows(q.ID), q.RowsMin, 1), q.RowsMax+1)
}

// rows returns the number of rows under a control name: one more than the
// highest index typed.
func (t Typed) rows(at string) int {
	n := 0
	for name := range t {
		if i, _, ok := rowIndex(name, at); ok && i >= n {
			n = i + 1
		}
	}
	return n
}

// rowIndex splits "a.0.b" under "a" into 0 and "b".
func rowIndex(name, at string) (int, string, bool) {
	if len(name) <= len(at)+1 || name[len(at)] != '.' || name[:len(at)] != at {
		return 0, "", false
	}
	index, rest, ok := strings.Cut(name[len(at)+1:], ".")
	if !ok || !allDigits(index) || len(index) > 4 || len(index) > 1 && index[0] == '0' {
		return 0, "", false
	}
	i, err := strconv.Atoi(index)
	return i, rest, err == nil
}

// readRows leaves out rows that are blank from end to end, as long as the
// others reach the minimum.
func readRows(r *reader, q *Question, at string) any {
	n := min(r.typed.rows(at), maxRows+1)
	var filled []int
	for i := range n {
		if !r.typed.blankRow(q, at, i) {
			filled = append(filled, i)
		}
	}
	if len(filled) > q.RowsMax {
		r.problem(at, "rows.many", "max", q.RowsMax)
		return nil
	}
	least := q.RowsMin
	if q.Optional && len(filled) == 0 {
		least = 0
	}
	if len(filled) < least { // ask for the rows that lack, in their order
		filled = filled[:0]
		for i := range max(n, least) {
			if len(filled) < least || !r.typed.blankRow(q, at, i) {
				filled = append(filled, i)
			}
		}
	}
	rows := make([]any, 0, len(filled))
	before := len(r.problems)
	for _, i := range filled {
		row := map[string]any{}
		for _, cell := range q.Ask {
			if v := cell.kind.read(r, cell, at+"."+strconv.Itoa(i)+"."+cell.ID); v != nil {
				row[cell.ID] = v
			}
		}
		rows = append(rows, row)
	}
	if len(r.problems) > before || len(rows) == 0 {
		return nil
	}
	return rows
}

func (t Typed) blankRow(q *Question, at string, i int) bool {
	prefix := at + "." + strconv.Itoa(i) + "."
	for _, cell := range q.Ask {
		name := prefix + cell.ID
		if cell.kind.parts == nil {
			for _, typed := range t[name] {
				if !blank(typed) {
					return false
				}
			}
		} else if !t.blankParts(name, cell.kind.parts) {
			return false
		}
	}
	return true
}

func putRows(p *putter, q *Question, at string, v any) {
	rows, ok := v.([]any)
	if !ok {
		p.problem(at, "json.list")
		return
	}
	for i, row := range rows {
		if i > q.RowsMax {
			break // Read reports one row too many
		}
		name := at + "." + strconv.Itoa(i)
		cells, ok := row.(map[string]any)
		if !ok {
			p.problem(name, "json.object")
			continue
		}
		p.typed[name+"."+rowMark] = []string{""}
		p.questions(name+".", q.Ask, cells)
	}
}

func rowsSchema(q *Question) map[string]any {
	properties, required := map[string]any{}, []any{}
	for _, cell := range q.Ask {
		properties[cell.ID] = cell.Schema()
		if !cell.Optional {
			required = append(required, cell.ID)
		}
	}
	return map[string]any{
		"type": "array", "minItems": q.RowsMin, "maxItems": q.RowsMax,
		"items": map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false},
	}
}

// rowMark is the control that keeps a row without any text in the draft; like
// every name that starts with "_" it is no question.
const rowMark = "_row"

// AddRow adds an empty row to the rows question id and returns t.
func AddRow(t Typed, id string) Typed {
	if n := t.rows(id); n <= maxRows {
		t[id+"."+strconv.Itoa(n)+"."+rowMark] = []string{""}
	}
	return t
}

// RemoveRow removes row n of the rows question id, renumbers those after it
// and returns t.
func RemoveRow(t Typed, id string, n int) Typed {
	moved := Typed{}
	for name, values := range t {
		i, rest, ok := rowIndex(name, id)
		switch {
		case !ok || i < n:
			moved[name] = values
		case i > n:
			moved[id+"."+strconv.Itoa(i-1)+"."+rest] = values
		}
	}
	clear(t)
	for name, values := range moved {
		t[name] = values
	}
	return t
}
