package main

import "wasl/internal/domain/identity"

// account is one example agent of the demo. Its password is public, and its
// hash was made beforehand so that the demo starts fast.
type account struct {
	identity.Agent
	password, hash string
}

func example(id, name, authority, unit string, role identity.Role, password, hash string) account {
	return account{identity.Agent{ID: identity.AgentID(id), Name: name, Authority: authority, Unit: unit, Role: role}, password, "$argon2id$v=19$m=19456,t=2,p=1$" + hash}
}

const caseWorker, supervisor, administrator = identity.CaseWorker, identity.Supervisor, identity.Administrator

// accounts are the demo's agents: invented people of invented authorities.
var accounts = []account{
	example("amina", "Amina Mithal (example)", "zitouna", "citizens", caseWorker, "olive-tree-1", "VR4mHa9DwHRIFDRxXNRUFQ$ErTncAHR6zXtx5f2lFYmdYiQKz8lUfmyl++0nAh2/h0"),
	example("brahim", "Brahim Mithal (example)", "zitouna", "planning", caseWorker, "olive-tree-2", "BZNFZVXzOq8nDkqDq13nug$Hhw6zwd/1H+CUt2IIBQrVFAmGOBWqe2gNpItIiBMWLQ"),
	example("chaima", "Chaima Mithal (example)", "zitouna", "works", caseWorker, "olive-tree-3", "GAhtg/RccVWp44/j6LYvbg$BEfLYyadg0nWa80yHfpY0ABBuMjBf40FkcyG5MpTONE"),
	example("driss", "Driss Mithal (example)", "zitouna", "information", caseWorker, "olive-tree-4", "2FxUg8NSRId0eyfrtI/Wgw$jdT3VfmcgCdKWTnDxZLj/8/wa6rOncuqBNIwmMJM+iU"),
	example("hanane", "Hanane Mithal (example)", "roummane", "citizens", caseWorker, "pomegranate-1", "dUQpjRgFWIL0al+2KBnLsA$n5i1kI9nEogf3H5PPFTv0CgTlfAkdgCBa9G9o3Uv3kc"),
	example("idir", "Idir Mithal (example)", "roummane", "planning", caseWorker, "pomegranate-2", "466Q8lp04QcDcIoMkmzxYg$IDHRTJs+KpkdzPpYoOdF3G2HrVSFZ7BGn0um10Q3BVQ"),
	example("jamila", "Jamila Mithal (example)", "roummane", "works", caseWorker, "pomegranate-3", "1rrGnLR5IXJBSgziTrl7Kg$PztxC+nP3sxcKM5uZDXeop9Ru5+cKskM4JqplswnAAM"),
	example("karim", "Karim Mithal (example)", "roummane", "information", caseWorker, "pomegranate-4", "vCTYw0H3uHhAYzXlgNLldg$eRKAYAMck/LVl3SBEUoCXje8NJTiMQmVtHqndQoG6xU"),
	example("latifa", "Latifa Mithal (example)", "services-ministry", "information", caseWorker, "ministry-1", "qBqisQq6T/7//lQe2fM8dA$76nsBT4bBjAAggeXrokV7yJZZmnzT1jw1u7qxBxTfw8"),
	example("mehdi", "Mehdi Mithal (example)", "services-ministry", "youth", caseWorker, "ministry-2", "MfA8EecwpayVdKI0YXI+gw$mZIXQEoJyWeO/qRqnaP/tXQsYoeJ2c9Y/77IhfjTkgI"),
	example("nadia", "Nadia Mithal (example)", "zitouna", "citizens", supervisor, "olive-tree-9", "QoXF9tFJtggVSQGlI7Bh7w$HQGDCF7esOAqwL9S1HCS+g18xbOYDLojURm2zjgFeXk"),
	example("salma", "Salma Mithal (example)", "zitouna", "citizens", administrator, "olive-tree-10", "w/HxfKX+poCjFPwQPGvIZg$tizTTYDjo/EinSO34OqlE1YL4AXHx+UqhxacFKGzEzk"),
}
