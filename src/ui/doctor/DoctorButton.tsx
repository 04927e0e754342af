import { Stethoscope } from 'lucide-react';
import { useActions } from '../shared/app';
import { Button } from '../shared/Button';

/** In the embedder's card: leads from the models to the doctor. */
export function DoctorButton() {
  const { doctor, models } = useActions();
  return (
    <Button
      onClick={() => {
        models.show(false);
        doctor.show(true);
      }}
    >
      <Stethoscope aria-hidden="true" />
      Find out on photos
    </Button>
  );
}
