import { Images } from 'lucide-react';
import { useActions } from '../shared/app';
import { Button } from '../shared/Button';

export function TrySample() {
  const actions = useActions();
  return (
    <Button onClick={() => void actions.takeSample()}>
      <Images aria-hidden="true" />
      Try the sample
    </Button>
  );
}
