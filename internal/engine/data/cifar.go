package data

import "errors"

var cifarInfo = Info{Name: "cifar10", Title: "CIFAR-10", H: 32, W: 32, C: 3, open: func(string) (*Set, error) { return nil, errors.New("not yet") }}

func cifarFolder(folder string) string { return folder }
