FROM python:3.11-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --no-deps --only-binary :all: -r requirements.txt
COPY . .
# A volume takes over whose the folder is that it is mounted on: that has to be there.
RUN useradd --system --home /app billing && mkdir -p var /var/lib/countersign/files \
    && chown -R billing var /var/lib/countersign
USER billing
# collectstatic needs settings, and settings need a secret: the demo's, which nothing keeps.
RUN DEMO=1 DATABASE_URL=postgresql://nobody@localhost/none python manage.py collectstatic --noinput
EXPOSE 8000
CMD ["gunicorn", "billing_site.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--preload", "--workers", "2", "--threads", "4", \
     "--max-requests", "5000", "--max-requests-jitter", "500"]
