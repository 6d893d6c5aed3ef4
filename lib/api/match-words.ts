/** Said where the design asks for other systems than its newest image. */
export const outdatedImage =
  'The design was edited since: it now asks for other systems. Build again to update the image.';
