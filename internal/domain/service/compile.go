package service

// compiler turns a bundle into a definition and collects what is wrong.
type compiler struct {
	b *Bundle
	d *Definition
	f *findings
}

// Compile reads the bundle. The definition is nil when it cannot serve: a
// finding is an error then. Law and sense are judged by Check, not here.
func (b *Bundle) Compile() (*Definition, []Finding) {
	return nil, nil
}

func (c *compiler) options(q *Question, s *questionSource)      {}
func (c *compiler) rowQuestions(q *Question, s *questionSource) {}
