package verify

// Deposit is the record of one envelope's deposit: what the receipt states and
// what the ledger's leaf commits to.
type Deposit struct {
	Reference   string   `json:"reference"`
	Channel     string   `json:"channel"`  // online, api, counter
	Envelope    string   `json:"envelope"` // hex digest of the sealed envelope
	DepositedAt Time     `json:"deposited_at"`
	Mention     string   `json:"mention"` // deposited, being-deposited (law 55-19 art. 10)
	Missing     []string `json:"missing"` // ids of the pieces still due
}

// ReceiptFacts is the signed part of a receipt: all that law 55-19 (art. 10 and
// 12) and decree 2.22.92 (art. 11) want on it, in words. Dates are YYYY-MM-DD,
// or "" where there is none; amounts are centimes.
type ReceiptFacts struct {
	Deposit `json:"deposit"`

	Language   string    `json:"language"` // of the words below: ar, fr, zgh, en
	Service    Named     `json:"service"`
	Version    string    `json:"version"` // hash of the service's definition
	Authority  Named     `json:"authority"`
	Unit       Named     `json:"unit"`
	Depositor  Depositor `json:"depositor"`
	Documents  []Piece   `json:"documents"`   // what was deposited
	Lacking    []Piece   `json:"lacking"`     // the pieces still due, in words
	Fees       []Fee     `json:"fees"`        // sums due or paid
	CompleteOn string    `json:"complete_on"` // the day the file was complete
	DueOn      string    `json:"due_on"`      // the last day for the answer
	Delay      Delay     `json:"delay"`
	WindowLast string    `json:"window_last"` // the applicant's last day to complete
	Silence    string    `json:"silence"`     // what silence means: consent, appeal
	SilenceOn  string    `json:"silence_on"`  // the day it takes effect
	Appeal     Appeal    `json:"appeal"`
	Basis      []Basis   `json:"basis"`
	Checkpoint string    `json:"checkpoint"` // last ledger checkpoint the portal saw, or ""
	Salt       Hex       `json:"salt"`       // 32 bytes, of the leaf's commitment
}

// Named is something with an id for machines and a name for people.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Depositor is who filed, as the form gave it.
type Depositor struct {
	Name   string `json:"name"`
	Number string `json:"number"` // identity number, or ""
}

// Piece is one document of a file.
type Piece struct {
	Question string `json:"question"`
	Label    string `json:"label"`
	Name     string `json:"name,omitempty"` // file name
}

// Fee is a sum due, in centimes.
type Fee struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	Amount int64  `json:"amount"`
	Paid   bool   `json:"paid"`
}

// Delay is the register's delay: calendar days and kind of clock.
type Delay struct {
	Days int    `json:"days"`
	Kind string `json:"kind"`
}

// Appeal is where to turn, within how many days.
type Appeal struct {
	Body string `json:"body"`
	Days int    `json:"days"`
}

// Basis is an article the service rests on.
type Basis struct {
	Text    string `json:"text"`
	Title   string `json:"title"`
	Article string `json:"article"`
}

// Act is a letter with legal effect: a request, a decision, a notice.
type Act struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Reference string `json:"reference"`
	Authority string `json:"authority"`
	Unit      string `json:"unit"`
	At        Time   `json:"at"`
	Text      string `json:"text"`
}

// DocumentFacts is the signed part of an issued document.
type DocumentFacts struct {
	Number     string `json:"number"`
	Reference  string `json:"reference"` // of the case, or ""
	Title      string `json:"title"`
	Language   string `json:"language"`
	Service    Named  `json:"service"`
	Version    string `json:"version"`
	Authority  Named  `json:"authority"`
	Unit       Named  `json:"unit"`
	Signer     string `json:"signer"` // title of who signs, as printed
	IssuedAt   Time   `json:"issued_at"`
	ValidUntil string `json:"valid_until"` // last day YYYY-MM-DD, or ""
	Facts      []Fact `json:"facts"`       // what the document states, the most telling first
	Digest     Hex    `json:"digest"`      // SHA-256 of the PDF before the appended update
}

// Fact is a line of a document, as printed.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}
