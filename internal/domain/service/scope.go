package service

const (
	personType  = "person"
	addressType = "address"
)

func rowType(q *Question) string { return "row." + q.ID }

// scope is what conditions read while one form is judged.
type scope struct{}

func (d *Definition) newScope(env Env) *scope { return &scope{} }

func (s *scope) truth(name string, when Scalar) bool         { return true }
func (s *scope) close(q *Question)                           {}
func (s *scope) set(q *Question, v any)                      {}
func (s *scope) compute(q *Question) (any, bool)             { return nil, false }
func (s *scope) amount(id string) (int64, error)             { return 0, nil }
func (d *Definition) reopen(_ map[string][]byte, _ *Reading) {}
