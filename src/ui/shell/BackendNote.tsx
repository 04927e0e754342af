import { Popover } from 'radix-ui';
import { Cpu } from 'lucide-react';
import { agreementText } from '../../state/backendDoubt';
import { useApp } from '../shared/app';
import { buttonClass } from '../shared/Button';
import pop from '../shared/Popover.module.css';

const NAME = { wasm: 'WASM', webgpu: 'WebGPU' } as const;

/** Which backend is in use, and why. */
export function BackendNote() {
  const report = useApp((state) => state.setup.report);
  if (report === null) return null;
  const facts = [
    [
      'Workers',
      `${report.workers}, ${report.threads} thread${report.threads === 1 ? '' : 's'} each`,
    ],
    ['WebGPU adapter', report.adapter ?? 'none'],
    ['Agreement with WASM', agreementText(report.checks)],
    ['Decoder', report.decoder],
  ] as const;
  return (
    <Popover.Root>
      <Popover.Trigger
        className={buttonClass('quiet')}
        data-backend={report.backend}
        aria-label={`Backend: ${NAME[report.backend]}`}
      >
        <Cpu aria-hidden="true" />
        {NAME[report.backend]}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={pop.content} align="end" sideOffset={6} aria-label="Backend">
          <p>{report.reason}</p>
          <dl className={pop.facts}>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
