package actions

import (
	"cmp"
	"errors"

	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/object"
)

// Fit is what the actions that have run on an item found out about its type, so that the next one need not look again.
// It lives as long as the item does; its zero value is that of an item on which none has run.
type Fit struct {
	item, backup *object.Shape // that the item, and the item as it stands in the backup, fit
	ran          bool          // some action has run, and the item may be another than in the backup
}

// Run executes the action on an item that Velero's action could turn into its type; another one fails, and the error is
// a Failure of its own id.
//
// lost is the path of a field that the item has and Velero's type lacks: a restore loses it, as what writes the item
// back writes it from that type. It is told once for an item, "" where nothing is lost.
func (l *Link) Run(in *Input, fit *Fit) (out *Output, lost string, err error) {
	if l.Typed != nil {
		if lost, err = l.check(in, fit); err != nil {
			return nil, lost, &Failure{ID: "wrong-type", Err: err}
		}
	}
	out, err = l.Execute(in)
	fit.ran = true
	return out, lost, err
}

// check checks the item, and the item as it stands in the backup, unless that was done. Before any action has run, the
// item is the one in the backup with fields less, and need not be checked if that one fits.
func (l *Link) check(in *Input, fit *Fit) (lost string, err error) {
	shape := l.Typed()
	if l.backup && fit.backup == nil && fit.item == nil && !fit.ran && in.ItemFromBackup.Fits(cmp.Or(whole(in), shape)) == nil {
		fit.item, fit.backup = shape, shape
	}
	if fit.item != shape {
		if lost, err = fits(in, shape); err != nil {
			return "", err
		}
		fit.item = shape
	}
	if l.TypedBackup && fit.backup != shape {
		if err := in.ItemFromBackup.Fits(shape); err != nil {
			return lost, err
		}
		fit.backup = shape
	}
	return lost, nil
}

// whole is the shape of an item that loses no field. It is nil where that is not asked: a backup and an archive keep all
// fields.
func whole(in *Input) *object.Shape {
	if in.Restore == nil || in.Archive {
		return nil
	}
	return typed.Known(in.Resource, in.Profile.Does(TypesOf119))
}

func fits(in *Input, shape *object.Shape) (lost string, err error) {
	err = in.Item.Fits(cmp.Or(whole(in), shape))
	var misfit *object.ShapeError
	if !errors.Is(err, object.ErrUnknownField) || !errors.As(err, &misfit) {
		return "", err
	}
	if err := in.Item.Fits(shape); err != nil {
		return "", err
	}
	return misfit.Path, nil
}
