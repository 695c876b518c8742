FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

COPY requirements.txt ./
RUN pip install --no-cache-dir uv && uv pip install --system --no-cache -r requirements.txt

COPY . .
# These need settings but no secrets and no services: the values end with this step.
RUN export SECRET_KEY=only-while-collecting-static-files DATABASE_URL=postgresql://unused/unused REDIS_URL=redis://unused && \
    python manage.py catalogues --compile && \
    python manage.py collectstatic --noinput

RUN useradd --system collective
USER collective
EXPOSE 8000
CMD ["gunicorn", "collective.wsgi"]
