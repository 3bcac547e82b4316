package service

import "encoding/json"

// Example is one worked filing: documentation, test data and law test at once.
type Example struct {
	ID        string
	About     string
	Authority string
	Today     string          // civil date it is filed on, or ""
	Valid     bool            // what the author expects
	Answers   json.RawMessage // as the API takes them
}

// Examples lists the bundle's examples by id.
func (d *Definition) Examples() []Example { return d.examples() }

func (d *Definition) readExamples() []Example { return nil }
