package templates

var formulas = map[string]string{}
