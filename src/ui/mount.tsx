/** Puts the page into the document. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { App } from '../state/store';
import { AppProvider } from './shared/app';
import './shared/base.css';
import { createPictures } from './shared/pictures';
import { startTheme } from './shared/useTheme';
import { Page } from './shell/Page';

export function mountPage(element: Element, app: App, sampleBase: string): void {
  startTheme();
  const pictures = createPictures(URL);
  // Pictures of a folder that was replaced are never shown again.
  app.store.subscribe((now, before) => {
    if (now.intake.folder !== before.intake.folder) pictures.clear();
  });
  createRoot(element).render(
    <StrictMode>
      <AppProvider value={{ app, pictures, sampleBase }}>
        <Page />
      </AppProvider>
    </StrictMode>,
  );
}
