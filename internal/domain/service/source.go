package service

// source is service.yaml as written.
type source struct {
	Service   string            `yaml:"service"`
	Version   int               `yaml:"version"`
	OfferedBy string            `yaml:"offered_by"`
	Unit      string            `yaml:"unit"`
	Audience  []string          `yaml:"audience"`
	Example   bool              `yaml:"example"`
	Kind      string            `yaml:"kind"`
	Law       Law               `yaml:"law"`
	Filing    []string          `yaml:"filing"`
	Fees      []Fee             `yaml:"fees"`
	Form      []pageSource      `yaml:"form"`
	Fetch     []Fetch           `yaml:"fetch"`
	Steps     []Step            `yaml:"steps"`
	Outcome   Outcome           `yaml:"outcome"`
	Search    map[string]string `yaml:"search"`
	Keys      map[string]int    `yaml:"-"`
}

// blockSource is blocks/<block>/block.yaml as written.
type blockSource struct {
	Block   string           `yaml:"block"`
	Version int              `yaml:"version"`
	Ask     []questionSource `yaml:"ask"`
}

type pageSource struct {
	Page    string           `yaml:"page"`
	Section string           `yaml:"section"`
	Ask     []questionSource `yaml:"ask"`
	Line    int              `yaml:"-"`
}

// questionSource is a question, or the use of a block of questions.
type questionSource struct {
	Use string `yaml:"use"` // block@version
	As  string `yaml:"as"`  // prefix of the block's ids

	ID        string           `yaml:"id"`
	Type      string           `yaml:"type"`
	When      Scalar           `yaml:"when"`
	Else      Scalar           `yaml:"else"`
	Optional  bool             `yaml:"optional"`
	Options   []string         `yaml:"options"`
	Min       Scalar           `yaml:"min"`
	Max       Scalar           `yaml:"max"`
	MinLength int              `yaml:"minLength"`
	MaxLength int              `yaml:"maxLength"`
	Decimals  int              `yaml:"decimals"`
	Unit      string           `yaml:"unit"`
	Accept    []string         `yaml:"accept"`
	MaxFiles  int              `yaml:"max_files"`
	Note      string           `yaml:"note"`
	Rows      rowsSource       `yaml:"rows"`
	Ask       []questionSource `yaml:"ask"`
	Value     Scalar           `yaml:"value"`

	Line int            `yaml:"-"`
	Keys map[string]int `yaml:"-"`
}

type rowsSource struct {
	Min int `yaml:"min"`
	Max int `yaml:"max"`
}
